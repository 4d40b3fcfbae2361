import type { RecordedEvent } from '@lego-moc/application/event-streams';
import type { Projection } from '@lego-moc/read-models/projection';
import type { LogEntry } from '../../contracts/http-api.ts';
import type { ImageEvent } from '../../domain/image-events.ts';

type Verdict = Pick<LogEntry, 'decision' | 'rule'>;

/** What moderators decided about one image, without anything that leads to a person. Outlives the image. */
export type ModerationLogRow = {
  readonly entries: readonly LogEntry[];
  /** Reasons of flags since the last decision. */
  readonly reasons: LogEntry['reasons'];
  readonly decided: Verdict | null;
};

const EMPTY: ModerationLogRow = { entries: [], reasons: [], decided: null };

export const moderationLog: Projection<ImageEvent, ModerationLogRow> = {
  name: 'moderation-log',
  source: { category: 'image' },
  columns: { entries: 'jsonb', reasons: 'jsonb', decided: 'jsonb' },
  indexes: [],
  evolve: (row = EMPTY, { event, eventId: entryId }: RecordedEvent<ImageEvent>) => {
    switch (event.type) {
      case 'ImageFlagged':
        return { ...row, reasons: [...new Set([...row.reasons, event.data.reason])] };
      case 'ReviewDecided': {
        const { decision, rule, decidedAt: at } = event.data;
        const entry: LogEntry = { entryId, kind: 'decision', decision, rule, reasons: row.reasons, at };
        return { entries: [...row.entries, entry], reasons: [], decided: { decision, rule } };
      }
      case 'DecisionReversed': {
        if (row.decided === null) return row;
        const { reversedAt: at } = event.data;
        const entry: LogEntry = { entryId, kind: 'reversal', ...row.decided, reasons: row.reasons, at };
        return { entries: [...row.entries, entry], reasons: [], decided: null };
      }
      default:
        return row === EMPTY ? undefined : row;
    }
  },
};
