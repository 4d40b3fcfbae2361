import type { Json } from '@lego-moc/kernel/message';

/** The right to load some of the requested keys; other callers are loading the rest. */
export type Lease = {
  readonly keys: readonly string[];
  /** Call it once the keys are set, or no value was found for them. */
  readonly end: () => Promise<void>;
};

/**
 * Values that may be lost at any time. Never throws: a cache that is away is empty and stores nothing, and its callers
 * ask the source. Values are JSON; reads return copies.
 */
export interface Cache {
  /** `undefined` when the key has no value, or none any more. */
  get(key: string): Promise<Json | undefined>;
  /** Kept for at most `ttlMs`, replacing an earlier value. */
  set(key: string, value: Json, ttlMs: number): Promise<void>;
  /** Whether it is certain that the key has no value now: not while the cache is away. */
  delete(key: string): Promise<boolean>;
  /**
   * Lets one caller at a time load the value of a key; lapses after `ttlMs` when its holder dies. An optimisation, not
   * a lock: while the cache is away, every caller gets every lease.
   */
  lease(keys: readonly string[], ttlMs: number): Promise<Lease>;
}
