import { reject, unreachable, type Decider, type Decision } from '@lego-moc/kernel/decider';
import type { Instant, Message } from '@lego-moc/kernel/message';
import type { OwnerEvent } from './owner-events.ts';

export type EraseOwner = Message<'EraseOwner', { at: Instant }>;
/** Asks for something new. Leaves no fact here: what is built has streams of its own. */
export type BuildMoc = Message<'BuildMoc'>;
export type OwnerCommand = EraseOwner | BuildMoc;

export type OwnerRejection = 'user-erased';

/** Who builds, as far as it matters here. Erased once, erased for good. */
export type Owner = { readonly erased: boolean };

const decide = (command: OwnerCommand, { erased }: Owner): Decision<OwnerEvent, OwnerRejection> => {
  switch (command.type) {
    case 'EraseOwner':
      return erased ? [] : [{ type: 'OwnerErased', data: { erasedAt: command.data.at } }];
    case 'BuildMoc':
      return erased ? reject('user-erased', 'Whoever built here is erased.') : [];
    default:
      return unreachable(command);
  }
};

/** There is one event only, and nothing comes after it. */
export const ownerDecider: Decider<OwnerCommand, Owner, OwnerEvent, OwnerRejection> = {
  initial: { erased: false },
  decide,
  evolve: () => ({ erased: true }),
};
