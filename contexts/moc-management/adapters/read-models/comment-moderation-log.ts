import type { RecordedEvent } from '@lego-moc/application/event-streams';
import type { Projection } from '@lego-moc/read-models/projection';
import type { CommentLogEntry } from '../../contracts/comments-api.ts';
import type { CommentEvent } from '../../domain/comment-events.ts';

/** What moderators decided about one comment, without anything that leads to a person. Outlives the comment. */
export type CommentLogRow = {
  readonly entries: readonly CommentLogEntry[];
  /** Reasons of flags since the last decision. */
  readonly reasons: CommentLogEntry['reasons'];
  readonly decided: Pick<CommentLogEntry, 'decision' | 'rule'> | null;
};

const EMPTY: CommentLogRow = { entries: [], reasons: [], decided: null };

export const commentModerationLog: Projection<CommentEvent, CommentLogRow> = {
  name: 'comment-moderation-log',
  source: { category: 'mocComment' },
  columns: { entries: 'jsonb', reasons: 'jsonb', decided: 'jsonb' },
  indexes: [],
  evolve: (row = EMPTY, { event, eventId: entryId }: RecordedEvent<CommentEvent>) => {
    switch (event.type) {
      case 'CommentFlagged':
        return { ...row, reasons: [...new Set([...row.reasons, event.data.reason])] };
      case 'CommentReviewDecided': {
        const { decision, rule, decidedAt: at } = event.data;
        const entry: CommentLogEntry = { entryId, kind: 'decision', decision, rule, reasons: row.reasons, at };
        return { entries: [...row.entries, entry], reasons: [], decided: { decision, rule } };
      }
      case 'CommentDecisionReversed': {
        if (row.decided === null) return row;
        const { reversedAt: at } = event.data;
        const entry: CommentLogEntry = { entryId, kind: 'reversal', ...row.decided, reasons: row.reasons, at };
        return { entries: [...row.entries, entry], reasons: [], decided: null };
      }
      default:
        return row === EMPTY ? undefined : row;
    }
  },
};
