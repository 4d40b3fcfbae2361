import type { Reply } from './respond.ts';

/** A reply that can be stored: everything but a stream. */
export type StoredReply = Pick<Reply, 'status' | 'headers' | 'body'>;

/** The owner of a key. Equal keys of two users are independent. */
export type KeyOwner = { readonly actor: string; readonly key: string };

export type Claim =
  /**
   * The caller may carry out the request; `claimId` proves it later. `commandId` is the earlier one when the same
   * request was claimed before and has no answer yet, and a fresh one otherwise.
   */
  | { readonly outcome: 'claimed'; readonly claimId: string; readonly commandId: string }
  | { readonly outcome: 'answered'; readonly reply: StoredReply }
  | { readonly outcome: 'in-flight' }
  | { readonly outcome: 'other-request' };

/** Stores for 24 hours the requests and the answers under each key. */
export interface IdempotencyStore {
  /**
   * Exactly one of any number of simultaneous callers gets `claimed`. A claim that is neither completed nor released nor
   * renewed lapses after 2.5 seconds: its holder died.
   */
  claim(owner: KeyOwner, fingerprint: string): Promise<Claim>;
  /** Stores the answer for repetitions. Without effect when the claim has lapsed. */
  complete(owner: KeyOwner, claimId: string, reply: StoredReply): Promise<void>;
  /** Reports that the holder of these claims is alive. */
  renew(claimIds: readonly string[]): Promise<void>;
  /** Frees the key without an answer. Without effect when the claim has lapsed or its answer is stored. */
  release(owner: KeyOwner, claimId: string): Promise<void>;
}

/** The promised time within which a repetition is recognised. */
export const RETENTION_MS = 24 * 60 * 60 * 1_000;
/** A holder that has not renewed its claim for this long has died. */
export const CLAIM_TIMEOUT_MS = 2_500;
/** How often a holder renews its claims. */
export const RENEW_EVERY_MS = 1_000;
