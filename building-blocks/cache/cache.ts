import type { Json } from '@lego-moc/kernel/message';

/**
 * What may be forgotten at any time. Never throws: a cache that is away knows nothing and keeps nothing, and its
 * callers ask where the truth lies. Values are JSON; what is read is a copy.
 */
export interface Cache {
  /** `undefined` when there is nothing, or nothing any more. */
  get(key: string): Promise<Json | undefined>;
  /** Kept for at most `ttlMs`, replacing what was there. */
  set(key: string, value: Json, ttlMs: number): Promise<void>;
  delete(key: string): Promise<void>;
}
