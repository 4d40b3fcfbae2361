import { expect } from 'chai';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { after } from '@lego-moc/kernel/instant';
import { commandHandler } from '@lego-moc/application/command-handler';
import { newId } from '@lego-moc/application/new-id';
import type { UserId } from '@lego-moc/kernel/message';
import { openDatabase, type Database } from '@lego-moc/postgres/database';
import { streamDefinition } from '@lego-moc/read-models/definition';
import { latestRow } from '@lego-moc/read-models/latest-row';
import { postgresReadModels } from '@lego-moc/read-models/postgres/postgres-read-models';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import { trackOwnWrites, ownWrites } from '../../application/own-writes.ts';
import { listMocsQuery } from '../../contracts/http-api.ts';
import type { AttachedFile, FileId, JobId, MocEvent, MocId, PartsListId } from '../../domain/moc-events.ts';
import { mocDecider } from '../../domain/moc.ts';
import { ada, noon } from '../../testing/crashing-uploads.ts';
import { mocCodec } from '../event-store/moc-codec.ts';
import { lineageReader } from './lineage-reader.ts';
import { mocCatalogue } from './moc-catalogue.ts';
import { mocLookup } from './moc-lookup.ts';
import { mocReader } from './moc-reader.ts';

const SCHEMA = 'moc_management';
const bob = 'bob' as UserId;
const definition = streamDefinition(mocCatalogue, mocCodec);
const cause = () => ({ commandId: newId(), correlationId: newId(), actor: ada });
const book: AttachedFile = {
  ...{ fileId: newId() as FileId, kind: 'instruction', name: 'book.pdf' },
  ...{ mediaType: 'application/pdf', sizeBytes: 4, sha256: '00' },
};

describe('reading MOCs while the read model lags behind', function () {
  this.timeout(60_000);
  let db: Database;
  let generation: number;

  before(async () => {
    const postgres = await postgresForTests();
    db = openDatabase(await postgres.databaseUrl(SCHEMA), { schema: SCHEMA });
    closeAfterAllTests(() => db.close());
    ({ generation } = await postgresReadModels(db).prepare(definition));
  });
  beforeEach(() => db.none(`DELETE FROM moc_catalogue_${String(generation)}`));

  const begin = () => {
    const streams = inMemoryStreams<MocEvent>('moc', () => noon);
    const writes = ownWrites();
    const reader = mocReader(db, streams, writes);
    const handle = trackOwnWrites(commandHandler(mocDecider, streams), writes);
    let drafts = 0;
    const draft = async (title: string, by = ada, tags: readonly string[] = [], more: object = {}): Promise<MocId> => {
      const mocId = newId() as MocId;
      const details = { title, description: '', theme: '', tags, ...more, files: [], partsLists: [] };
      const at = after(noon, (drafts += 1_000));
      await handle(mocId, { type: 'DraftMoc', data: { mocId, by, at, ...details } }, cause());
      return mocId;
    };
    return {
      reader,
      lookUp: mocLookup(db, streams, writes),
      draft,
      /** As the projection does it later. */
      hear: async (mocId: MocId) => {
        const { id, revision, ...row } = (await latestRow(mocCatalogue, streams)(mocId))!;
        const next = { id, revision, updatedAt: noon, row };
        await postgresReadModels(db).save(definition, generation, [{ previous: undefined, next }]);
      },
      publish: async (mocId: MocId) => {
        const list = {
          partsListId: newId() as PartsListId,
          title: 'Parts',
          fileId: book.fileId,
          jobId: newId() as JobId,
        };
        const { partsListId, jobId } = list;
        await handle(
          mocId,
          { type: 'AttachFiles', data: { mocId, by: ada, files: [book], partsLists: [list] } },
          cause(),
        );
        const count = { lots: 1, pieces: 1, unknownParts: 0, unknownColours: 0 };
        await handle(mocId, { type: 'CountParts', data: { mocId, partsListId, jobId, count } }, cause());
        await handle(mocId, { type: 'PublishMoc', data: { mocId, by: ada, at: noon } }, cause());
      },
      retitle: (mocId: MocId, title: string) =>
        handle(mocId, { type: 'ReviseMoc', data: { mocId, by: ada, title } }, cause()),
      attach: (mocId: MocId) =>
        handle(mocId, { type: 'AttachFiles', data: { mocId, by: ada, files: [book], partsLists: [] } }, cause()),
      remove: (mocId: MocId) => handle(mocId, { type: 'DeleteMoc', data: { mocId, by: ada, at: noon } }, cause()),
      list: async (query: Record<string, unknown> = {}, by = ada) => {
        const { mocs, nextCursor } = await reader.mocs(by, listMocsQuery.parse(query));
        return { titles: mocs.map(({ title, files }) => `${title} ${String(files.length)}`), nextCursor };
      },
    };
  };

  it('lists the reader’s recent writes completely', async () => {
    const { draft, hear, attach, list } = begin();
    const crane = await draft('Crane');
    await hear(crane);
    await attach(crane);
    await draft('Ship');
    expect(await list()).to.deep.equal({ titles: ['Ship 0', 'Crane 1'], nextCursor: null });
    expect(await list({}, bob)).to.deep.equal({ titles: [], nextCursor: null });
  });

  it('omits MOCs that the reader has deleted', async () => {
    const { draft, hear, remove, list } = begin();
    const crane = await draft('Crane');
    await hear(crane);
    await remove(crane);
    expect((await list()).titles).to.deep.equal([]);
  });

  it('finds, sorts and pages recent writes like all others', async () => {
    const { draft, hear, list } = begin();
    for (const [title, tags] of [
      ['A', ['small']],
      ['B', ['large']],
      ['C', ['small']],
      ['D', ['small']],
    ] as const) {
      const mocId = await draft(title, ada, tags);
      if (title !== 'C') await hear(mocId);
    }
    const first = await list({ tag: 'small', limit: 2 });
    expect(first.titles).to.deep.equal(['D 0', 'C 0']);
    const second = await list({ tag: 'small', limit: 2, cursor: first.nextCursor });
    expect(second).to.deep.equal({ titles: ['A 0'], nextCursor: null });
    expect((await list({ title: 'c' })).titles).to.deep.equal(['C 0']);
    expect((await list({ scope: 'published' })).titles).to.deep.equal([]);
  });

  it('filters by the details of MOCs and sets', async () => {
    const { draft, hear, list } = begin();
    await hear(await draft('MOC', ada, ['Old Tag'], { author: 'Grace', subtheme: 'Boats' }));
    const set = { brand: 'LEGO', number: '10255', releaseYear: 2017, retired: true };
    await hear(await draft('Set', ada, [], { set }));
    await draft('Unread set', ada, [], { set: { brand: '', number: '7', retired: false } });
    const filters: readonly (readonly [Record<string, unknown>, readonly string[]])[] = [
      [{ type: 'moc' }, ['MOC 0']],
      [{ type: 'set' }, ['Unread set 0', 'Set 0']],
      [{ author: 'grace', subtheme: 'boats', tag: 'old tag' }, ['MOC 0']],
      [{ brand: 'lego', setNumber: '10255', releaseYear: '2017', retired: 'true' }, ['Set 0']],
      [{ retired: 'false' }, ['Unread set 0']],
    ];
    for (const [query, titles] of filters)
      expect((await list(query)).titles, JSON.stringify(query)).to.deep.equal(titles);
  });

  it('shows and finds the published version of a MOC whose draft is another, and the draft to its owner', async () => {
    const { reader, draft, hear, list, publish, retitle } = begin();
    const crane = await draft('Crane', ada, [], { set: { brand: 'Acme', number: '1', retired: false } });
    await publish(crane);
    await retitle(crane, 'Steam crane');
    await hear(crane);
    const publishedQuery = { scope: 'published', brand: 'acme' };
    for (const [query, titles] of [
      [{ ...publishedQuery, title: 'crane' }, ['Crane 1']],
      [{ ...publishedQuery, title: 'steam' }, []],
      [{ title: 'steam' }, ['Steam crane 1']],
    ] as const)
      expect((await list(query)).titles, JSON.stringify(query)).to.deep.equal(titles);
    expect((await reader.moc(crane, bob))?.title).to.equal('Crane');
    expect((await reader.moc(crane, ada))?.title).to.equal('Steam crane');
  });

  it('finds what was made of a MOC, however indirectly and whatever was deleted between, as far as a reader sees it', async () => {
    const { draft, hear, publish, remove } = begin();
    const credit = (mocId: MocId) => ({
      ...{ mocId, version: 1, relation: 'fork', title: 'Crane', owner: ada, licence: 'cc-by-4.0' },
    });
    const crane = await draft('Crane');
    const child = await draft('Child', ada, [], { lineage: [credit(crane)] });
    const grandchild = await draft('Grandchild', ada, [], { lineage: [credit(child), credit(crane)] });
    const hiddenMoc = await draft('Hidden', ada, [], { lineage: [credit(crane)] });
    for (const mocId of [crane, child, grandchild]) await publish(mocId);
    for (const mocId of [crane, child, grandchild, hiddenMoc]) await hear(mocId);
    const reader = lineageReader(db);
    const titlesFor = async (by: UserId, limit = 10) =>
      (await reader.descendants(crane, by, limit)).map(({ title }) => title);
    expect(await titlesFor(bob)).to.deep.equal(['Child', 'Grandchild']);
    expect(await titlesFor(ada)).to.deep.equal(['Child', 'Grandchild', 'Hidden']);
    expect(await titlesFor(ada, 1)).to.deep.equal(['Child']);
    expect(await reader.visible([crane, hiddenMoc, newId() as MocId], bob)).to.deep.equal(new Set([crane]));

    await remove(child);
    await db.none(`DELETE FROM moc_catalogue_${String(generation)} WHERE id = $1`, [child]);
    expect(await titlesFor(bob)).to.deep.equal(['Grandchild']);
  });

  it('shows no MOC older than its last write here, to any reader', async () => {
    const { reader, draft, hear, attach } = begin();
    const crane = await draft('Crane');
    await hear(crane);
    await attach(crane);
    expect((await reader.moc(crane, ada))?.files).to.have.length(1);
  });

  it('looks MOCs up as each reader sees them, by their recent writes, without those that are not there', async () => {
    const { lookUp, draft, hear, publish, retitle, remove } = begin();
    const [crane, ship, tower] = [await draft('Crane'), await draft('Ship'), await draft('Tower')];
    await publish(crane);
    for (const mocId of [crane, ship, tower]) await hear(mocId);
    await retitle(crane, 'Steam crane');
    await remove(tower);
    const unreadMoc = await draft('Unread');
    const mocIds = [unreadMoc, ship, newId() as MocId, crane, tower];
    const titlesFor = async (viewer: UserId) => (await lookUp(mocIds, viewer)).map(({ title }) => title).toSorted();
    expect(await titlesFor(ada)).to.deep.equal(['Ship', 'Steam crane', 'Unread']);
    expect(await titlesFor(bob)).to.deep.equal(['Crane']);
  });

  it('reads the read model alone once it has followed all writes', async () => {
    const { draft, hear, list } = begin();
    const crane = await draft('Crane');
    await hear(crane);
    await list();
    await db.none(`UPDATE moc_catalogue_${String(generation)} SET title = 'From the read model'`);
    expect((await list()).titles).to.deep.equal(['From the read model 0']);
  });
});
