import type { Queries } from '@lego-moc/postgres/database';
import type { ModerationReader } from '../../application/ports/moderation-reader.ts';
import type { ModerationReport } from '../../contracts/moderation-api.ts';

const FLAGS = `
  select flag->>'reason' as reason, count(*)::int as count
  from moderation_log, jsonb_array_elements(flags) as flag
  where (flag->>'at')::timestamptz >= $<since> group by 1 order by 2 desc, 1`;

const ENTRIES_SINCE = `
  from moderation_log, jsonb_array_elements(entries) as entry where (entry->>'at')::timestamptz >= $<since>`;

const DECISIONS = `
  select entry->>'decision' as decision, entry->>'rule' as rule,
    (count(*) filter (where entry->>'kind' = 'decision'))::int as count,
    (count(*) filter (where entry->>'kind' = 'reversal'))::int as reversals
  ${ENTRIES_SINCE} group by 1, 2 order by 3 desc, 1, 2`;

const WAITS = `
  select percentile_disc(0.5) within group (order by (entry->>'waitedSeconds')::int) as median,
    percentile_disc(0.95) within group (order by (entry->>'waitedSeconds')::int) as p95
  ${ENTRIES_SINCE}`;

const QUEUE = `
  select count(*)::int as images,
    (count(*) filter (where state#>'{moderation,appeal}' <> 'null'))::int as appeals,
    (count(*) filter (where (state#>>'{moderation,claim,until}')::timestamptz > $<now>))::int as claimed,
    min(waiting_since) as "oldestSince"
  from gallery_images where waiting_since is not null`;

/** Adds up the work of moderators since a moment, and what waits for them now. */
export const moderationReport =
  (db: Pick<Queries, 'any' | 'one'>): ModerationReader['report'] =>
  async (since, now) => ({
    since,
    flags: await db.any<ModerationReport['flags'][number]>(FLAGS, { since }),
    decisions: await db.any<ModerationReport['decisions'][number]>(DECISIONS, { since }),
    waitedSeconds: await db.one<ModerationReport['waitedSeconds']>(WAITS, { since }),
    queue: await db.one<ModerationReport['queue']>(QUEUE, { now }),
  });
