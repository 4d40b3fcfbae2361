import type { Instant } from '@lego-moc/kernel/message';
import { given } from '@lego-moc/testing/given';
import { ownerDecider, type OwnerCommand } from './owner.ts';
import type { OwnerEvent } from './owner-events.ts';

const noon = '2026-01-01T12:00:00.000Z' as Instant;
const later = '2026-01-01T13:00:00.000Z' as Instant;

const erased: OwnerEvent = { type: 'OwnerErased', data: { erasedAt: noon } };
const erase = (at = noon): OwnerCommand => ({ type: 'EraseOwner', data: { at } });
const build: OwnerCommand = { type: 'BuildMoc', data: {} };
const owner = given(ownerDecider);

describe('erasing an owner', () => {
  it('is a fact of those who never built, too', () => {
    owner().when(erase()).then(erased);
  });

  it('changes nothing the second time, whenever that is', () => {
    owner(erased).when(erase(later)).thenNothing();
  });
});

describe('building something new', () => {
  it('is free to everyone, and leaves no fact', () => {
    owner().when(build).thenNothing();
  });

  it('is refused to an erased owner for good', () => {
    owner(erased).when(build).thenRejected('user-erased');
  });
});
