import { openFlags } from '@lego-moc/kernel/moderation';
import type { Queries } from '@lego-moc/postgres/database';
import type { ModerationReader } from '../../application/ports/moderation-reader.ts';
import type { LogEntry, QueuedReview } from '../../contracts/moderation-api.ts';
import type { StoredImage } from '../../domain/image.ts';
import { moderationReport } from './moderation-report.ts';
import { cursorAt, placeOf } from './page-cursor.ts';

type WaitingRow = { readonly id: string; readonly waiting_since: string; readonly state: StoredImage };

const reviewOf = ({ id: imageId, waiting_since: waitingSince, state: { moderation } }: WaitingRow): QueuedReview => ({
  ...{ imageId, waitingSince, hidden: moderation.hidden },
  kind: moderation.appeal === null ? 'flags' : 'appeal',
  flags: openFlags(moderation).length,
  claimedUntil: moderation.claim?.until ?? null,
});

/** Reads moderation from the read models. */
export const moderationReader = (db: Pick<Queries, 'any' | 'one'>): ModerationReader => ({
  report: moderationReport(db),

  queue: async ({ cursor, limit }) => {
    const place = cursor === undefined ? undefined : placeOf(cursor);
    const behind = place === undefined ? '' : 'and (waiting_since, id) > ($<createdAt>::timestamptz, $<id>)';
    const rows = await db.any<WaitingRow>(
      `select id, waiting_since, state from gallery_images where waiting_since is not null ${behind}
       order by waiting_since, id limit $<limit> + 1`,
      { ...place, limit },
    );
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    return {
      reviews: page.map(reviewOf),
      nextCursor: last === undefined ? null : cursorAt({ createdAt: last.waiting_since, id: last.id }),
    };
  },

  log: async ({ cursor, limit }) => {
    const place = cursor === undefined ? undefined : placeOf(cursor);
    const behind =
      place === undefined
        ? ''
        : `where ((entry->>'at')::timestamptz, entry->>'entryId') < ($<createdAt>::timestamptz, $<id>)`;
    const rows = await db.any<{ entry: LogEntry }>(
      `select entry - 'waitedSeconds' as entry from moderation_log, jsonb_array_elements(entries) as entry ${behind}
       order by (entry->>'at')::timestamptz desc, entry->>'entryId' desc limit $<limit> + 1`,
      { ...place, limit },
    );
    const entries = rows.slice(0, limit).map(({ entry }) => entry);
    const last = rows.length > limit ? entries.at(-1) : undefined;
    return { entries, nextCursor: last === undefined ? null : cursorAt({ createdAt: last.at, id: last.entryId }) };
  },

  waiting: async () => {
    const { images, oldest } = await db.one<{ images: number; oldest: string | null }>(
      `select count(*)::int as images, min(waiting_since) as oldest from gallery_images where waiting_since is not null`,
    );
    return { images, oldestSince: oldest };
  },
});
