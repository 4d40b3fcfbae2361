import type { Json } from '@lego-moc/kernel/message';

/** The right to fill some of the keys that were asked for; the others somebody else is filling. */
export type Lease = {
  readonly keys: readonly string[];
  /** Once they are filled, or nothing was found to fill them with. */
  readonly end: () => Promise<void>;
};

/**
 * What may be forgotten at any time. Never throws: a cache that is away knows nothing and keeps nothing, and its
 * callers ask where the truth lies. Values are JSON; what is read is a copy.
 */
export interface Cache {
  /** `undefined` when there is nothing, or nothing any more. */
  get(key: string): Promise<Json | undefined>;
  /** Kept for at most `ttlMs`, replacing what was there. */
  set(key: string, value: Json, ttlMs: number): Promise<void>;
  /** Whether it is certain that nothing is there now: not while the cache is away. */
  delete(key: string): Promise<boolean>;
  /**
   * Lets one at a time find out what belongs under a key; lapses after `ttlMs` when its holder dies. A promise of thrift,
   * not of order: while the cache is away, all keys are everybody's.
   */
  lease(keys: readonly string[], ttlMs: number): Promise<Lease>;
}
