import { expect } from 'chai';
import type { Instant } from '@lego-moc/kernel/message';
import { given } from '@lego-moc/testing/given';
import type { MocId } from './moc-events.ts';
import { ownerDecider, refusalOf, type OwnerCommand } from './owner.ts';
import type { OwnerEvent } from './owner-events.ts';

const noon = '2026-01-01T12:00:00.000Z' as Instant;
const later = '2026-01-01T13:00:00.000Z' as Instant;
const [crane, ship] = ['crane', 'ship'] as MocId[] as [MocId, MocId];

const ownerErased: OwnerEvent = { type: 'OwnerErased', data: { erasedAt: noon } };
const erase = (at = noon): OwnerCommand => ({ type: 'EraseOwner', data: { at } });
const mocBegun = (mocId = crane): OwnerEvent => ({ type: 'MocBegun', data: { mocId } });
const begin = (mocId = crane): OwnerCommand => ({ type: 'BeginMoc', data: { mocId } });
const owner = given(ownerDecider);
const stateAfter = (...events: readonly OwnerEvent[]) => events.reduce(ownerDecider.evolve, ownerDecider.initial);

describe('erasing an owner', () => {
  it('is recorded for a user without MOCs, too', () => {
    owner().when(erase()).then(ownerErased);
  });

  it('changes nothing the second time, whenever that is', () => {
    owner(mocBegun(), ownerErased).when(erase(later)).thenNothing();
  });

  it('keeps the ids of all MOCs that are to be deleted', () => {
    expect(stateAfter(mocBegun(), mocBegun(ship), ownerErased).mocIds).to.deep.equal([crane, ship]);
  });
});

describe('beginning a MOC', () => {
  it('records its id, once', () => {
    owner().when(begin()).then(mocBegun());
    owner(mocBegun()).when(begin()).thenNothing();
    owner(mocBegun()).when(begin(ship)).then(mocBegun(ship));
  });

  it('is refused to an erased owner for good, whatever was begun before', () => {
    owner(ownerErased).when(begin()).thenRejected('user-erased');
    owner(mocBegun(), ownerErased).when(begin()).thenRejected('user-erased');
  });

  it('is permitted until the owner is erased', () => {
    expect(refusalOf(stateAfter(mocBegun()))).to.equal(undefined);
    expect(refusalOf(stateAfter(ownerErased))).to.include({ rejected: 'user-erased' });
  });
});
