import { expect } from 'chai';
import { ALL, checkpointStreamOf, formatPosition, keyOf, parkedStreamOf, parsePosition } from './group-definition.ts';

describe('naming the streams of a group', () => {
  it('puts the stream before the group, as the code of EventStoreDB does', () => {
    const key = keyOf({ stream: 'orders-1', name: 'readers' });
    expect(key).to.equal('orders-1::readers');
    expect(checkpointStreamOf(key)).to.equal('$persistentsubscription-orders-1::readers-checkpoint');
    expect(parkedStreamOf(key)).to.equal('$persistentsubscription-orders-1::readers-parked');
  });
});

describe('writing positions of groups', () => {
  it('reads back what it writes', () => {
    expect(formatPosition('orders-1', 42n)).to.equal('42');
    expect(formatPosition(ALL, 42n)).to.equal('C:42/P:42');
    for (const stream of ['orders-1', ALL])
      for (const position of [-1n, 0n, 9_007_199_254_740_993n])
        expect(parsePosition(formatPosition(stream, position))).to.equal(position);
  });

  it('returns undefined for malformed positions', () => {
    for (const text of ['', 'C:1', 'C:x/P:1', '1.5']) expect(parsePosition(text)).to.equal(undefined);
  });
});
