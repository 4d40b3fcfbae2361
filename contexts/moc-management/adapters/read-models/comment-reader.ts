import { openFlags } from '@lego-moc/kernel/moderation';
import type { Queries } from '@lego-moc/postgres/database';
import { commentReplyOf } from '../../application/comment-replies.ts';
import type { CommentReader } from '../../application/ports/comment-reader.ts';
import type { CommentLogEntry, QueuedComment } from '../../contracts/comments-api.ts';
import type { CommentId } from '../../domain/comment-events.ts';
import type { WrittenComment } from '../../domain/comment.ts';
import type { MocId } from '../../domain/moc-id.ts';
import { cursorAt, placeOf } from './place-cursor.ts';

type Row = {
  readonly id: string;
  readonly revision: bigint;
  readonly created_at: string;
  readonly waiting_since: string;
  readonly state: WrittenComment;
};

const reviewOf = ({
  id: commentId,
  waiting_since: waitingSince,
  state: { mocId, moderation },
}: Row): QueuedComment => ({
  ...{ commentId, mocId, waitingSince, hidden: moderation.hidden },
  kind: moderation.appeal === null ? 'flags' : 'appeal',
  flags: openFlags(moderation).length,
  claimedUntil: moderation.claim?.until ?? null,
});

const pageOf = (rows: readonly Row[], limit: number, timeOf: (row: Row) => string) => {
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    page: rows.slice(0, limit),
    nextCursor: last === undefined ? null : cursorAt({ at: timeOf(last), id: last.id }),
  };
};

/** Reads comments from the read model. */
export const commentReader = (db: Pick<Queries, 'any' | 'one'>): CommentReader => ({
  ofMoc: async (mocId, reader, { cursor, limit }) => {
    const place = cursor === undefined ? {} : placeOf(cursor);
    const behind = cursor === undefined ? '' : 'and (created_at, id) < ($<at>::timestamptz, $<id>)';
    const rows = await db.any<Row>(
      `select id, revision, created_at, state from moc_comments
       where moc_id = $<mocId> and (not hidden or author = $<reader>) ${behind}
       order by created_at desc, id desc limit $<limit> + 1`,
      { ...place, mocId, reader, limit },
    );
    const { page, nextCursor } = pageOf(rows, limit, (row) => row.created_at);
    return { comments: page.map(({ id, revision, state }) => commentReplyOf(id, revision, state, reader)), nextCursor };
  },

  queue: async ({ cursor, limit }) => {
    const place = cursor === undefined ? {} : placeOf(cursor);
    const behind = cursor === undefined ? '' : 'and (waiting_since, id) > ($<at>::timestamptz, $<id>)';
    const rows = await db.any<Row>(
      `select id, revision, waiting_since, state from moc_comments where waiting_since is not null ${behind}
       order by waiting_since, id limit $<limit> + 1`,
      { ...place, limit },
    );
    const { page, nextCursor } = pageOf(rows, limit, (row) => row.waiting_since);
    return { reviews: page.map(reviewOf), nextCursor };
  },

  waiting: async () => {
    const { count, oldest } = await db.one<{ count: number; oldest: string | null }>(
      'select count(*)::int as count, min(waiting_since) as oldest from moc_comments where waiting_since is not null',
    );
    return { count, oldestSince: oldest };
  },

  log: async ({ cursor, limit }) => {
    const place = cursor === undefined ? {} : placeOf(cursor);
    const behind =
      cursor === undefined
        ? ''
        : `where ((entry->>'at')::timestamptz, entry->>'entryId') < ($<at>::timestamptz, $<id>)`;
    const rows = await db.any<{ entry: CommentLogEntry }>(
      `select entry from comment_moderation_log, jsonb_array_elements(entries) as entry ${behind}
       order by (entry->>'at')::timestamptz desc, entry->>'entryId' desc limit $<limit> + 1`,
      { ...place, limit },
    );
    const entries = rows.slice(0, limit).map(({ entry }) => entry);
    const last = rows.length > limit ? entries.at(-1) : undefined;
    return { entries, nextCursor: last === undefined ? null : cursorAt({ at: last.at, id: last.entryId }) };
  },

  withoutMoc: (limit) =>
    db.any<{ commentId: CommentId; mocId: MocId }>(
      `select id as "commentId", moc_id as "mocId" from moc_comments
       where not exists (select from moc_catalogue where moc_catalogue.id = moc_comments.moc_id) limit $<limit>`,
      { limit },
    ),
});
