import type { LogEntry, QueuedReview } from '../../contracts/http-api.ts';

export type PageQuery = { readonly cursor?: string | undefined; readonly limit: number };

/** What moderators, and everybody, read of moderation. */
export interface ModerationReader {
  /** Images that wait for a moderator, the longest waiting first. Refuses an invalid cursor. */
  queue(query: PageQuery): Promise<{ readonly reviews: readonly QueuedReview[]; readonly nextCursor: string | null }>;
  /** Decisions and reversals, newest first, also about images that are gone. Refuses an invalid cursor. */
  log(query: PageQuery): Promise<{ readonly entries: readonly LogEntry[]; readonly nextCursor: string | null }>;
  /** How many images wait, and since when the first one does. */
  waiting(): Promise<{ readonly images: number; readonly oldestSince: string | null }>;
}
