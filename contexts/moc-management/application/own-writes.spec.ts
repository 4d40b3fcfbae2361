import { expect } from 'chai';
import type { UserId } from '@lego-moc/kernel/message';
import type { MocId } from '../domain/moc-events.ts';
import { ada } from '../testing/crashing-uploads.ts';
import { ownWrites } from './own-writes.ts';

const bob = 'bob' as UserId;

describe('ownWrites', () => {
  const [crane, ship] = ['crane', 'ship'] as MocId[] as [MocId, MocId];

  it('keeps the highest revision until the read model has reached it', () => {
    const writes = ownWrites();
    writes.record(ada, crane, 3n);
    writes.record(ada, crane, 2n);
    writes.record(bob, ship, 0n);
    expect(writes.of(ada)).to.deep.equal(new Map([[crane, 3n]]));
    writes.caughtUp(crane, 2n);
    expect(writes.revisionOf(crane)).to.equal(3n);
    writes.caughtUp(crane, 3n);
    expect([writes.revisionOf(crane), writes.revisionOf(ship)]).to.deep.equal([undefined, 0n]);
  });

  it('drops the oldest entry beyond its limit', () => {
    const writes = ownWrites(1);
    writes.record(ada, crane, 0n);
    writes.record(ada, ship, 0n);
    expect([...writes.of(ada).keys()]).to.deep.equal([ship]);
  });
});
