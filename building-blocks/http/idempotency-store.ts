import type { Reply } from './respond.ts';

/** A reply as it can be kept: everything but a stream. */
export type StoredReply = Pick<Reply, 'status' | 'headers' | 'body'>;

/** Whose key it is. Two users may choose the same key and never meet. */
export type KeyOwner = { readonly actor: string; readonly key: string };

export type Claim =
  /**
   * The request is the caller's to carry out; `claimId` proves it later. `commandId` is the same as before when the same
   * request was begun before and has no answer yet, and a fresh one otherwise.
   */
  | { readonly outcome: 'claimed'; readonly claimId: string; readonly commandId: string }
  | { readonly outcome: 'answered'; readonly reply: StoredReply }
  | { readonly outcome: 'in-flight' }
  | { readonly outcome: 'other-request' };

/** Remembers for 24 hours what was asked under a key and what was answered. */
export interface IdempotencyStore {
  /**
   * Exactly one of any number of simultaneous callers gets `claimed`. A claim that is neither completed nor released nor
   * renewed lapses after three seconds: its holder died.
   */
  claim(owner: KeyOwner, fingerprint: string): Promise<Claim>;
  /** Keeps the answer for those who ask again. Without effect when the claim has lapsed. */
  complete(owner: KeyOwner, claimId: string, reply: StoredReply): Promise<void>;
  /** Says that the holder of these claims is alive. */
  renew(claimIds: readonly string[]): Promise<void>;
  /** Gives the key back unused. Without effect when the claim has lapsed or its answer is kept. */
  release(owner: KeyOwner, claimId: string): Promise<void>;
}

/** As long as clients are promised that a repetition is recognised. */
export const RETENTION_MS = 24 * 60 * 60 * 1_000;
/** A holder that has not renewed its claim for so long has died. */
export const CLAIM_TIMEOUT_MS = 3_000;
/** How often a holder renews its claims. */
export const RENEW_EVERY_MS = 1_000;
