import type { Instant } from '@lego-moc/kernel/message';
import type { LogEntry, ModerationReport, QueuedReview } from '../../contracts/moderation-api.ts';

export type PageQuery = { readonly cursor?: string | undefined; readonly limit: number };

/** What moderators, and everybody, read of moderation. */
export interface ModerationReader {
  /** Images that wait for a moderator, the longest waiting first. Refuses an invalid cursor. */
  queue(query: PageQuery): Promise<{ readonly reviews: readonly QueuedReview[]; readonly nextCursor: string | null }>;
  /** Decisions and reversals, newest first, also about images that are gone. Refuses an invalid cursor. */
  log(query: PageQuery): Promise<{ readonly entries: readonly LogEntry[]; readonly nextCursor: string | null }>;
  /** Flags and decisions since a moment, and the queue as it is now. */
  report(since: Instant, now: Instant): Promise<ModerationReport>;
  /** How many images wait, and since when the first one does. */
  waiting(): Promise<{ readonly images: number; readonly oldestSince: string | null }>;
}
