import type { RecordedEvent } from '@lego-moc/application/event-streams';
import { waitingSince } from '@lego-moc/kernel/moderation';
import type { Projection } from '@lego-moc/read-models/projection';
import type { CommentEvent } from '../../domain/comment-events.ts';
import { commentDecider, type Comment, type WrittenComment } from '../../domain/comment.ts';

/** A comment, and what it is looked for by. */
export type CommentRow = {
  readonly moc_id: string;
  /** Null once the account was erased. */
  readonly author: string | null;
  /** By a moderator, or until one has decided. */
  readonly hidden: boolean;
  readonly created_at: string;
  /** Null while no moderator has to look at it. */
  readonly waiting_since: string | null;
  readonly state: WrittenComment;
};

const toRow = (comment: Comment): CommentRow | undefined => {
  if (comment.status !== 'written') return undefined;
  const { mocId, author, writtenAt, moderation } = comment;
  return {
    ...{ moc_id: mocId, author, hidden: moderation.hidden, created_at: writtenAt },
    ...{ waiting_since: waitingSince(moderation), state: comment },
  };
};

/** Comments on MOCs, until they are deleted. */
export const mocComments: Projection<CommentEvent, CommentRow> = {
  name: 'moc-comments',
  source: { category: 'mocComment' },
  columns: {
    ...{ moc_id: 'text', author: 'text', hidden: 'boolean' },
    ...{ created_at: 'timestamptz', waiting_since: 'timestamptz', state: 'jsonb' },
  },
  indexes: [
    'create index on $table (moc_id, created_at desc, id desc)',
    'create index on $table (waiting_since, id) where waiting_since is not null',
  ],
  evolve: (row, { event }: RecordedEvent<CommentEvent>) =>
    toRow(commentDecider.evolve(row?.state ?? commentDecider.initial, event)),
};
