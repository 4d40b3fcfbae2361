import { expect } from 'chai';
import { commandHandler } from '@lego-moc/application/command-handler';
import { newId } from '@lego-moc/application/new-id';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { after } from '@lego-moc/kernel/instant';
import type { UserId } from '@lego-moc/kernel/message';
import { openDatabase, type Database } from '@lego-moc/postgres/database';
import { streamDefinition } from '@lego-moc/read-models/definition';
import { latestRow } from '@lego-moc/read-models/latest-row';
import { postgresReadModels } from '@lego-moc/read-models/postgres/postgres-read-models';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import type { CommentEvent, CommentId } from '../../domain/comment-events.ts';
import { commentDecider, type CommentCommand } from '../../domain/comment.ts';
import type { AttachedFile, FileId, JobId, MocEvent, MocId, PartsListId } from '../../domain/moc-events.ts';
import { mocDecider } from '../../domain/moc.ts';
import { ada, noon } from '../../testing/crashing-uploads.ts';
import { commentCodec } from '../event-store/comment-codecs.ts';
import { mocCodec } from '../event-store/moc-codec.ts';
import { feedReader } from './feed-reader.ts';
import { mocCatalogue } from './moc-catalogue.ts';
import { mocComments } from './moc-comments.ts';

const SCHEMA = 'moc_management_feeds';
const bob = 'bob' as UserId;
const mocs = streamDefinition(mocCatalogue, mocCodec);
const comments = streamDefinition(mocComments, commentCodec);
const book: Omit<AttachedFile, 'fileId'> = {
  ...{ kind: 'instruction', name: 'book.pdf', mediaType: 'application/pdf', sizeBytes: 4, sha256: '00' },
};
const cause = () => ({ commandId: newId(), correlationId: newId(), actor: ada });

describe('reading what feeds show', function () {
  this.timeout(60_000);
  let db: Database;
  let generations: { readonly mocs: number; readonly comments: number };

  before(async () => {
    const postgres = await postgresForTests();
    db = openDatabase(await postgres.databaseUrl(SCHEMA), { schema: SCHEMA });
    closeAfterAllTests(() => db.close());
    const store = postgresReadModels(db);
    const { generation } = await store.prepare(mocs);
    generations = { mocs: generation, comments: (await store.prepare(comments)).generation };
  });

  const mocStreams = inMemoryStreams<MocEvent>('moc', () => noon);
  const handle = commandHandler(mocDecider, mocStreams);
  const project = async (mocId: MocId) => {
    const { id, revision, ...row } = (await latestRow(mocCatalogue, mocStreams)(mocId))!;
    const next = { id, revision, updatedAt: noon, row };
    await postgresReadModels(db).save(mocs, generations.mocs, [{ previous: undefined, next }]);
  };
  /** A MOC that is published at `second`, unless that is undefined, and then retitled. */
  const add = async (by: UserId, title: string, second?: number): Promise<MocId> => {
    const mocId = newId() as MocId;
    const files = [{ ...book, fileId: newId() as FileId }];
    const ids = { partsListId: newId() as PartsListId, jobId: newId() as JobId };
    const partsLists = [{ ...ids, title: 'Parts', fileId: files[0]!.fileId }];
    const details = { title, description: 'Red', theme: '', tags: [], author: 'Grace', files, partsLists };
    await handle(mocId, { type: 'DraftMoc', data: { mocId, by, at: noon, ...details } }, cause());
    const count = { lots: 1, pieces: 1, unknownParts: 0, unknownColours: 0 };
    await handle(mocId, { type: 'CountParts', data: { mocId, ...ids, count } }, cause());
    if (second !== undefined) {
      const at = after(noon, second * 1_000);
      const outcome = await handle(mocId, { type: 'PublishMoc', data: { mocId, by, at } }, cause());
      expect(outcome).not.to.have.property('rejected');
    }
    await handle(mocId, { type: 'ReviseMoc', data: { mocId, by, title: `${title}, changed` } }, cause());
    await project(mocId);
    return mocId;
  };

  it('finds the published MOCs of a builder as they were published, the newest first', async () => {
    const builder = `builder-${newId()}` as UserId;
    const crane = await add(builder, 'Crane', 1);
    const ship = await add(builder, 'Ship', 2);
    await add(builder, 'Draft');
    await add(bob, 'Tower', 3);
    const mocsFound = await feedReader(db).publishedBy(builder, 10);
    expect(mocsFound.map(({ mocId, title }) => [mocId, title])).to.deep.equal([
      [ship, 'Ship'],
      [crane, 'Crane'],
    ]);
    expect(mocsFound[0]).to.deep.include({ author: 'Grace', description: 'Red', version: 1 });
    expect(mocsFound[0]).to.include({ publishedAt: after(noon, 2_000), versionPublishedAt: after(noon, 2_000) });
    expect(await feedReader(db).publishedBy(builder, 1)).to.have.length(1);
  });

  it('finds the comments on a MOC that are not hidden, the newest first', async () => {
    const streams = inMemoryStreams<CommentEvent>('mocComment', () => noon);
    const handleComment = commandHandler(commentDecider, streams);
    const mocId = newId() as MocId;
    const write = async (text: string, second: number, ...more: readonly ((id: CommentId) => CommentCommand)[]) => {
      const commentId = newId() as CommentId;
      const at = after(noon, second * 1_000);
      const commands = [
        { type: 'WriteComment', data: { commentId, mocId, by: bob, text, at } } as const,
        ...more.map((command) => command(commentId)),
      ];
      for (const command of commands) await handleComment(commentId, command, cause());
      const { id, revision, ...row } = (await latestRow(mocComments, streams)(commentId))!;
      const next = { id, revision, updatedAt: noon, row };
      await postgresReadModels(db).save(comments, generations.comments, [{ previous: undefined, next }]);
    };
    const at = after(noon, 9_000);
    await write('Lovely', 1);
    await write('Lovelier', 2, (commentId) => ({
      type: 'EditComment',
      data: { commentId, by: bob, text: 'Loveliest', at },
    }));
    const flag = { by: ada, reason: 'spam', words: '', at, hidesAt: 1, trusted: false } as const;
    await write('Buy here', 3, (commentId) => ({
      type: 'ModerateComment',
      data: { commentId, step: { type: 'Flag', data: flag } },
    }));
    const shownComments = await feedReader(db).comments(mocId, 10);
    expect(shownComments.map(({ text, editedAt }) => [text, editedAt])).to.deep.equal([
      ['Loveliest', at],
      ['Lovely', null],
    ]);
    expect(await feedReader(db).comments(mocId, 1)).to.have.length(1);
  });
});
