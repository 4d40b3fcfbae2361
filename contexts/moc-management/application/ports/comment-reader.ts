import type { UserId } from '@lego-moc/kernel/message';
import type { CommentLogEntry, CommentReply, QueuedComment } from '../../contracts/comments-api.ts';
import type { CommentId } from '../../domain/comment-events.ts';
import type { MocId } from '../../domain/moc-id.ts';

export type PageQuery = { readonly cursor?: string | undefined; readonly limit: number };

/** What readers and moderators see of comments, as far as the read model is. */
export interface CommentReader {
  /** Those of a MOC that the reader sees, newest first. Refuses an invalid cursor. */
  ofMoc(
    mocId: MocId,
    reader: UserId,
    query: PageQuery,
  ): Promise<{ readonly comments: readonly CommentReply[]; readonly nextCursor: string | null }>;
  /** Those that wait for a moderator, the longest waiting first. Refuses an invalid cursor. */
  queue(query: PageQuery): Promise<{ readonly reviews: readonly QueuedComment[]; readonly nextCursor: string | null }>;
  /** How many wait for a moderator, and since when the first of them has. */
  waiting(): Promise<{ readonly count: number; readonly oldestSince: string | null }>;
  /** What moderators decided, newest first. Refuses an invalid cursor. */
  log(query: PageQuery): Promise<{ readonly entries: readonly CommentLogEntry[]; readonly nextCursor: string | null }>;
  /** Comments whose MOC is not in the read model: it was deleted, or the read model is behind. At most `limit`. */
  withoutMoc(limit: number): Promise<readonly { readonly commentId: CommentId; readonly mocId: MocId }[]>;
}
