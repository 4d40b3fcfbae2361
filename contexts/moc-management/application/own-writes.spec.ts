import { expect } from 'chai';
import type { UserId } from '@lego-moc/kernel/message';
import type { MocId } from '../domain/moc-events.ts';
import { ada } from '../testing/mortal-uploads.ts';
import { ownWrites } from './own-writes.ts';

const bob = 'bob' as UserId;

describe('remembering what was written', () => {
  const [crane, ship] = ['crane', 'ship'] as MocId[] as [MocId, MocId];

  it('keeps the furthest, and forgets it once that was heard of', () => {
    const writes = ownWrites();
    writes.note(ada, crane, 3n);
    writes.note(ada, crane, 2n);
    writes.note(bob, ship, 0n);
    expect(writes.of(ada)).to.deep.equal(new Map([[crane, 3n]]));
    writes.heard(crane, 2n);
    expect(writes.revisionOf(crane)).to.equal(3n);
    writes.heard(crane, 3n);
    expect([writes.revisionOf(crane), writes.revisionOf(ship)]).to.deep.equal([undefined, 0n]);
  });

  it('lets the oldest go when there are too many', () => {
    const writes = ownWrites(1);
    writes.note(ada, crane, 0n);
    writes.note(ada, ship, 0n);
    expect([...writes.of(ada).keys()]).to.deep.equal([ship]);
  });
});
