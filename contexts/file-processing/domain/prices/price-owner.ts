import { reject, type Decider, type Rejection } from '@lego-moc/kernel/decider';
import type { Instant, Message, UserId } from '@lego-moc/kernel/message';

/** The account of a user was erased: no price or key is kept for them from then on. */
export type PriceOwnerErased = Message<'PriceOwnerErased', { owner: UserId; erasedAt: Instant }>;

export type ErasePriceOwner = Message<'ErasePriceOwner', { owner: UserId; at: Instant }>;

/** A user as the owner of prices. An erasure is final. */
export type PriceOwnership = { readonly erased: boolean };

export type PriceOwnerRejection = 'user-erased';

/** Why no price may be kept for them, if so. */
export const refusalOf = ({ erased }: PriceOwnership): Rejection<PriceOwnerRejection> | undefined =>
  erased ? reject('user-erased', 'This account was erased.') : undefined;

/** A token outlives its account for some minutes: its requests are refused by this fact. */
export const priceOwnerDecider: Decider<ErasePriceOwner, PriceOwnership, PriceOwnerErased, never> = {
  initial: { erased: false },
  decide: ({ data: { owner, at } }, { erased }) =>
    erased ? [] : [{ type: 'PriceOwnerErased', data: { owner, erasedAt: at } }],
  evolve: () => ({ erased: true }),
};
