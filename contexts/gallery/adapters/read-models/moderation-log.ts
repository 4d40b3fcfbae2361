import type { RecordedEvent } from '@lego-moc/application/event-streams';
import { msBetween } from '@lego-moc/kernel/instant';
import type { Instant } from '@lego-moc/kernel/message';
import type { Projection } from '@lego-moc/read-models/projection';
import type { LogEntry } from '../../contracts/moderation-api.ts';
import type { FlagReason, ImageEvent } from '../../domain/image-events.ts';

type Verdict = Pick<LogEntry, 'decision' | 'rule'>;

/** An entry of the public log, and how long the image had waited for it. */
type TimedEntry = LogEntry & { readonly waitedSeconds: number };

/** What moderators decided about one image, without anything that leads to a person. Outlives the image. */
export type ModerationLogRow = {
  readonly entries: readonly TimedEntry[];
  /** Every flag, for the report. */
  readonly flags: readonly { readonly reason: FlagReason; readonly at: Instant }[];
  /** Since when the image waits for a moderator; null when it does not. */
  readonly waiting_since: Instant | null;
  /** Reasons of flags since the last decision. */
  readonly reasons: LogEntry['reasons'];
  readonly decided: Verdict | null;
};

const EMPTY: ModerationLogRow = { entries: [], flags: [], waiting_since: null, reasons: [], decided: null };

const withEntry = (row: ModerationLogRow, entry: LogEntry): ModerationLogRow => {
  const at = entry.at as Instant;
  const waitedSeconds = Math.round(msBetween(row.waiting_since ?? at, at) / 1_000);
  return { ...row, entries: [...row.entries, { ...entry, waitedSeconds }], reasons: [], waiting_since: null };
};

export const moderationLog: Projection<ImageEvent, ModerationLogRow> = {
  name: 'moderation-log',
  source: { category: 'image' },
  columns: { entries: 'jsonb', flags: 'jsonb', waiting_since: 'timestamptz', reasons: 'jsonb', decided: 'jsonb' },
  indexes: [],
  evolve: (row = EMPTY, { event, eventId: entryId }: RecordedEvent<ImageEvent>) => {
    switch (event.type) {
      case 'ImageFlagged': {
        const { reason, flaggedAt } = event.data;
        return {
          ...row,
          flags: [...row.flags, { reason, at: flaggedAt }],
          reasons: [...new Set([...row.reasons, reason])],
          waiting_since: row.waiting_since ?? flaggedAt,
        };
      }
      case 'DecisionAppealed':
        return { ...row, waiting_since: event.data.appealedAt };
      case 'ReviewDecided': {
        const { decision, rule, decidedAt: at } = event.data;
        const entry: LogEntry = { entryId, kind: 'decision', decision, rule, reasons: row.reasons, at };
        return { ...withEntry(row, entry), decided: { decision, rule } };
      }
      case 'DecisionReversed': {
        if (row.decided === null) return row;
        const { reversedAt: at } = event.data;
        const entry: LogEntry = { entryId, kind: 'reversal', ...row.decided, reasons: row.reasons, at };
        return { ...withEntry(row, entry), decided: null };
      }
      default:
        return row === EMPTY ? undefined : row;
    }
  },
};
