import { expect } from 'chai';
import { commandHandler } from '@lego-moc/application/command-handler';
import { newId } from '@lego-moc/application/new-id';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { isRejection } from '@lego-moc/kernel/decider';
import { after } from '@lego-moc/kernel/instant';
import type { UserId } from '@lego-moc/kernel/message';
import type { ModerationCommand } from '@lego-moc/kernel/moderation';
import { openDatabase, type Database } from '@lego-moc/postgres/database';
import { streamDefinition } from '@lego-moc/read-models/definition';
import { latestRow } from '@lego-moc/read-models/latest-row';
import { postgresReadModels } from '@lego-moc/read-models/postgres/postgres-read-models';
import type { Projection } from '@lego-moc/read-models/projection';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import type { CommentEvent, CommentFlagReason, CommentId } from '../../domain/comment-events.ts';
import { commentDecider, type CommentCommand } from '../../domain/comment.ts';
import type { MocId } from '../../domain/moc-id.ts';
import { ada, noon } from '../../testing/crashing-uploads.ts';
import { commentCodec } from '../event-store/comment-codecs.ts';
import { commentModerationLog } from './comment-moderation-log.ts';
import { commentReader } from './comment-reader.ts';
import { mocComments } from './moc-comments.ts';

const SCHEMA = 'moc_management_comments';
const [mona, mia] = ['mona' as UserId, 'mia' as UserId];
const cause = () => ({ commandId: newId(), correlationId: newId(), actor: ada });
const at = (second: number) => after(noon, second * 1_000);

type Step = ModerationCommand<CommentFlagReason>;
const flag = (second: number, reason: CommentFlagReason = 'spam'): Step => ({
  type: 'Flag',
  data: { by: mona, reason, words: 'Private words', trusted: false, hidesAt: 9, at: at(second) },
});
const claim = (second: number, by = mona): Step => ({
  type: 'ClaimReview',
  data: { by, at: at(second), until: at(second + 60) },
});
const decide = (second: number): Step => ({
  type: 'DecideReview',
  data: { by: mona, decision: 'hide', rule: 'no-spam', reason: 'Private reason', at: at(second) },
});
const appeal = (second: number): Step => ({ type: 'AppealDecision', data: { by: ada, words: 'No', at: at(second) } });
const reverse = (second: number): Step => ({
  type: 'ReverseDecision',
  data: { by: mia, reason: 'Private reason', at: at(second) },
});

describe('reading the moderation of comments', function () {
  this.timeout(60_000);
  let db: Database;

  before(async () => {
    const postgres = await postgresForTests();
    db = openDatabase(await postgres.databaseUrl(SCHEMA), { schema: SCHEMA });
    closeAfterAllTests(() => db.close());
  });

  const streams = inMemoryStreams<CommentEvent>('mocComment', () => noon);
  const handle = commandHandler(commentDecider, streams);

  /** Saves the row of a comment as the projection does, if it has one. */
  const project = async <Row extends object>(projection: Projection<CommentEvent, Row>, commentId: CommentId) => {
    const definition = streamDefinition(projection, commentCodec);
    const store = postgresReadModels(db);
    const { generation } = await store.prepare(definition);
    const latest = await latestRow(projection, streams)(commentId);
    if (latest === undefined) return;
    const { id, revision, ...row } = latest;
    const next = { id, revision, updatedAt: noon, row: row as Readonly<Record<string, unknown>> };
    await store.save(definition, generation, [{ previous: undefined, next }]);
  };

  const write = async (...steps: readonly Step[]): Promise<void> => {
    const commentId = newId() as CommentId;
    const commands: readonly CommentCommand[] = [
      { type: 'WriteComment', data: { commentId, mocId: newId() as MocId, by: ada, text: 'Private text', at: noon } },
      ...steps.map((step) => ({ type: 'ModerateComment', data: { commentId, step } }) as const),
    ];
    for (const command of commands) {
      const outcome = await handle(commentId, command, cause());
      expect(isRejection(outcome) && outcome.rejected).to.equal(false);
    }
    await project(mocComments, commentId);
    await project(commentModerationLog, commentId);
  };

  it('logs decisions and reversals in pages, newest first, without persons and words', async () => {
    await write();
    await write(flag(1), flag(2), claim(3), decide(4), appeal(5), claim(6, mia), reverse(7));
    await write(flag(1, 'offensive'), claim(2), decide(5));
    const reader = commentReader(db);
    const first = await reader.log({ limit: 2 });
    const second = await reader.log({ limit: 2, cursor: first.nextCursor ?? '' });
    const entries = [...first.entries, ...second.entries];
    expect(entries.map(({ kind, reasons, at: time }) => [kind, reasons, time])).to.deep.equal([
      ['reversal', [], at(7)],
      ['decision', ['offensive'], at(5)],
      ['decision', ['spam'], at(4)],
    ]);
    expect(second.nextCursor).to.equal(null);
    expect(JSON.stringify(entries)).not.to.match(/Private|mona|mia|ada/);
  });

  it('counts the comments that wait, from the one that has waited longest', async () => {
    const reader = commentReader(db);
    await write(flag(30));
    const before = await reader.waiting();
    await write(flag(20));
    await write(flag(10));
    expect(await reader.waiting()).to.deep.equal({ count: before.count + 2, oldestSince: at(10) });
  });
});
