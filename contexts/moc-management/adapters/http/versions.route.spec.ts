import { Readable } from 'node:stream';
import { expect } from 'chai';
import type { RequestHandler } from 'express';
import request from 'supertest';
import { foldedStates } from '@lego-moc/application/folded-states';
import { newId } from '@lego-moc/application/new-id';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { createApi } from '@lego-moc/http/api';
import { setCaller } from '@lego-moc/http/caller';
import type { UserId } from '@lego-moc/kernel/message';
import { silentLogger } from '@lego-moc/logger/logger';
import { createMetrics } from '@lego-moc/metrics/metrics';
import type { ListWriter } from '../../application/ports/list-writer.ts';
import { reviseMoc } from '../../application/revision.ts';
import { titles } from '../../application/titles.ts';
import { versionReading } from '../../application/version-reading.ts';
import { mocReply, type MocReply } from '../../contracts/http-api.ts';
import { diffReply, rebuyReply, versionReply, versionsReply } from '../../contracts/versions-api.ts';
import type { AttachedFile, FileId, JobId, MocEvent, MocId, PartsListId } from '../../domain/moc-events.ts';
import { mocDecider } from '../../domain/moc.ts';
import type { NeededLot } from '../../domain/needed-lots.ts';
import type { VersionSeen } from '../../domain/reading.ts';
import type { SetNumberEvent, TitleEvent } from '../../domain/reservation-events.ts';
import { now } from '../../testing/api-for-tests.ts';
import { memoryFileStore } from '../../testing/memory-file-store.ts';
import { latestMoc } from '../read-models/latest-moc.ts';
import { changeRoutes } from './changes.route.ts';
import { CONTRACTS } from './contracts.ts';
import { lastSeenRoutes } from './last-seen.route.ts';
import { readingRoutes } from './reading.route.ts';
import { rebuyExportRoute } from './rebuy-export.route.ts';
import { versionRoutes } from './versions.route.ts';

type WrittenLots = { readonly name: string; readonly parts: readonly string[] };

const ada = 'ada' as UserId;
const cause = () => ({ commandId: newId(), correlationId: newId(), actor: ada });
const lot = (part: string, quantity: number): NeededLot => ({
  ...{ itemType: 'P', part, partNumber: part, colour: '4', quantity, partName: null, colourName: null },
});

const signIn: RequestHandler = (incoming, _response, next) => {
  setCaller(incoming, { user: { id: (incoming.get('x-test-user') ?? 'ada') as UserId, roles: [] } });
  next();
};

/** A published MOC of ada's, and the service around it; `lots` are those that file processing has found, by job. */
const publishedMoc = async () => {
  const streams = inMemoryStreams<MocEvent>('moc', now);
  const { handle: mocs, latest } = foldedStates(mocDecider, streams);
  const reservations = {
    titles: inMemoryStreams<TitleEvent>('mocTitle', now),
    setNumbers: inMemoryStreams<SetNumberEvent>('mocSetNumber', now),
  };
  const lots = new Map<JobId, readonly NeededLot[]>();
  const files = memoryFileStore();
  const revise = reviseMoc(mocs, latest, titles(reservations, now));
  const latestReply = latestMoc(streams);
  const reader = {
    moc: latestReply,
    latest: latestReply,
    mocs: () => Promise.resolve({ mocs: [], nextCursor: null }),
  };
  const versions = versionReading(latest, { lots: (jobId) => Promise.resolve(lots.get(jobId)) });
  const writtenLists: WrittenLots[] = [];
  const writer: ListWriter = {
    write: (name, neededLots, target) => {
      writtenLists.push({ name, parts: neededLots.map(({ part, quantity }) => `${part} × ${String(quantity)}`) });
      if (neededLots.length === 0) return Promise.resolve('nothing-to-export');
      return Promise.resolve({ headers: { 'content-type': 'text/csv' }, content: Readable.from([target]) });
    },
  };
  const app = createApi({
    service: 'moc-management',
    logger: silentLogger,
    metrics: createMetrics('moc-management', { processMetrics: false }),
    contracts: CONTRACTS,
    checkReplies: true,
    routes: [
      signIn,
      changeRoutes(mocs, revise, now),
      versionRoutes({
        ...{ versions, revise, files },
      }),
      rebuyExportRoute(versions, writer),
      lastSeenRoutes(versions, inMemoryStreams<VersionSeen>('mocReading', now)),
      readingRoutes(reader, files, { ofDeleted: () => Promise.resolve(undefined) }),
    ],
  });

  const mocId = newId() as MocId;
  const file = (kind: AttachedFile['kind']): AttachedFile => ({
    ...{ fileId: newId() as FileId, kind, name: 'file', mediaType: 'text/csv', sizeBytes: 4, sha256: newId() },
  });
  const [book, bricks] = [file('instruction'), file('parts-list')];
  const listWith = (of: AttachedFile, neededLots: readonly NeededLot[]) => {
    const jobId = newId() as JobId;
    lots.set(jobId, neededLots);
    return { partsListId: newId() as PartsListId, title: 'Parts', fileId: of.fileId, jobId };
  };
  const count = async ({ partsListId, jobId }: { partsListId: PartsListId; jobId: JobId }) => {
    const pieces = (lots.get(jobId) ?? []).reduce((sum, { quantity }) => sum + quantity, 0);
    const counts = { lots: 1, pieces, unknownParts: 0, unknownColours: 0 };
    await mocs(mocId, { type: 'CountParts', data: { mocId, partsListId, jobId, count: counts } }, cause());
  };
  const first = listWith(bricks, [lot('3001', 8), lot('3002', 2)]);
  const draft = { title: 'Crane', description: '', theme: '', tags: [], files: [book, bricks], partsLists: [first] };
  await mocs(mocId, { type: 'DraftMoc', data: { mocId, by: ada, at: now(), ...draft } }, cause());
  await count(first);

  const ask = (method: 'get' | 'put' | 'post' | 'patch', path: string, user = 'ada') =>
    request(app)[method](`/v1/mocs/${mocId}${path}`).set('x-test-user', user);
  const publish = () => ask('put', '/publication').expect(204);
  await publish();
  return {
    ...{ mocId, ask, publish, lots, writtenLists, firstList: first },
    read: async (user: string): Promise<MocReply> => mocReply.parse((await ask('get', '', user).expect(200)).body),
    add: async (neededLots: readonly NeededLot[]) => {
      const more = file('parts-list');
      const list = listWith(more, neededLots);
      const data = { mocId, by: ada, files: [more], partsLists: [list] };
      await mocs(mocId, { type: 'AttachFiles', data }, cause());
      await count(list);
    },
    remove: () => mocs(mocId, { type: 'DeleteMoc', data: { mocId, by: ada, at: now() } }, cause()),
  };
};

describe('changes of a published MOC', () => {
  it('are seen by readers once they are published', async () => {
    const { ask, publish, read, add } = await publishedMoc();
    await ask('patch', '').send({ title: 'Steam crane', theme: 'City' }).expect(204);
    await add([lot('3003', 5)]);
    expect(await read('bob')).to.deep.include({ title: 'Crane', theme: '', totalPieces: 10, version: 1 });
    expect((await read('bob')).files).to.have.length(2);
    expect(await read('bob')).to.include({ hasUnpublishedChanges: false });
    expect(await read('ada')).to.include({ title: 'Steam crane', totalPieces: 15, hasUnpublishedChanges: true });

    await publish();
    const readerView = await read('bob');
    expect(readerView).to.include({ title: 'Steam crane', theme: 'City', totalPieces: 15, version: 2 });
    expect(await read('ada')).to.deep.equal(readerView);
  });

  it('are versions, which keep what they were, for owner and readers', async () => {
    const { ask, publish } = await publishedMoc();
    await ask('patch', '').send({ title: 'Steam crane' }).expect(204);
    await publish();
    const { versions } = versionsReply.parse((await ask('get', '/versions', 'bob').expect(200)).body);
    expect(versions.map(({ version, title }) => [version, title])).to.deep.equal([
      [1, 'Crane'],
      [2, 'Steam crane'],
    ]);
    const first = versionReply.parse((await ask('get', '/versions/1', 'bob').expect(200)).body);
    expect(first).to.include({ version: 1, title: 'Crane', totalPieces: 10 });
    for (const name of ['3', '0', 'draft', '1.0', 'none']) await ask('get', `/versions/${name}`, 'bob').expect(404);
    expect((await ask('get', '/versions/draft').expect(200)).body).to.include({ version: null, title: 'Steam crane' });
  });
});

describe('two versions', () => {
  it('differ in text, files, lists and parts', async () => {
    const { ask, publish, add } = await publishedMoc();
    await ask('patch', '')
      .send({ title: 'Steam crane', tags: ['steam'] })
      .expect(204);
    await add([lot('3001', 2), lot('3004', 1)]);
    const draftDiff = diffReply.parse((await ask('get', '/versions/1/diff/draft').expect(200)).body);
    expect(draftDiff).to.include({ from: 1, to: null });
    await ask('get', '/versions/1/diff/draft', 'bob').expect(404);
    await publish();
    const diff = diffReply.parse((await ask('get', '/versions/1/diff/2', 'bob').expect(200)).body);
    expect(diff).to.deep.equal({ ...draftDiff, to: 2 });
    expect(diff.text.map(({ field, to }) => [field, to])).to.deep.equal([
      ['title', 'Steam crane'],
      ['tags', ['steam']],
    ]);
    expect([diff.files.added.length, diff.files.removed, diff.partsLists.added.length]).to.deep.equal([1, [], 1]);
    expect(diff.parts.quantity.map(({ lot: { part }, from, to }) => [part, from, to])).to.deep.equal([['3001', 8, 10]]);
    expect(diff.parts.added.map(({ part }) => part)).to.deep.equal(['3004']);
  });

  it('say what to buy and what is left over', async () => {
    const { ask, publish, add } = await publishedMoc();
    await add([lot('3004', 7)]);
    await publish();
    const path = (from: number, to: number) => `/versions/${String(from)}/rebuy?to=${String(to)}`;
    const { buy, leftOver } = rebuyReply.parse((await ask('get', path(1, 2), 'bob').expect(200)).body);
    expect([buy.lots, buy.pieces, leftOver.lots]).to.deep.equal([1, 7, 0]);
    const toNewest = await ask('get', '/versions/1/rebuy', 'bob').expect(200);
    expect(rebuyReply.parse(toNewest.body)).to.deep.equal({ buy, leftOver });
    const back = rebuyReply.parse((await ask('get', path(2, 1), 'bob').expect(200)).body);
    expect([back.buy, back.leftOver]).to.deep.equal([leftOver, buy]);
  });

  it('are written for another program, what to buy and what is left over', async () => {
    const { ask, publish, add, writtenLists } = await publishedMoc();
    await add([lot('3004', 7)]);
    await publish();
    const path = (from: number, query: string) => `/versions/${String(from)}/rebuy/export?${query}`;
    const file = await ask('get', path(1, 'target=bricklink-xml'), 'bob').expect(200);
    expect([file.headers['cache-control'], file.text]).to.deep.equal(['no-store', 'bricklink-xml']);
    await ask('get', path(2, 'to=1&list=left-over&target=csv'), 'bob').expect(200);
    expect(writtenLists).to.deep.equal([
      { name: 'Crane-buy', parts: ['3004 × 7'] },
      { name: 'Crane-left-over', parts: ['3004 × 7'] },
    ]);
    const nothing = await ask('get', path(2, 'target=csv'), 'bob').expect(409);
    expect(nothing.body).to.include({ type: 'urn:lego-moc:problem:nothing-to-export' });
    await ask('get', path(1, 'target=word'), 'bob').expect(400);
    await ask('get', path(1, 'to=draft&target=csv'), 'bob').expect(404);
  });

  it('cannot be compared when the lots of a list are gone', async () => {
    const { ask, lots, firstList } = await publishedMoc();
    lots.delete(firstList.jobId);
    const reply = await ask('get', '/versions/1/diff/1').expect(409);
    expect(reply.body).to.include({ type: 'urn:lego-moc:problem:parts-unavailable' });
  });
});

describe('POST /v1/mocs/:mocId/versions/:version/revert', () => {
  it('brings a version back for its owner, as a draft, once', async () => {
    const { ask, publish, read, add } = await publishedMoc();
    await ask('patch', '').send({ title: 'Steam crane' }).expect(204);
    await add([lot('3004', 7)]);
    await publish();
    const { headers } = await ask('post', '/versions/1/revert').expect(204);
    expect((await ask('post', '/versions/1/revert').expect(204)).headers['etag']).to.equal(headers['etag']);
    expect(await read('ada')).to.include({ title: 'Crane', totalPieces: 10, hasUnpublishedChanges: true });
    expect(await read('bob')).to.include({ title: 'Steam crane', totalPieces: 17 });
  });

  it('is refused to others, and for a version that is not there', async () => {
    const { ask } = await publishedMoc();
    await ask('post', '/versions/1/revert', 'bob').expect(403);
    await ask('post', '/versions/7/revert').expect(404);
  });
});

describe('/v1/mocs/:mocId/last-seen', () => {
  it('says whether there is a version that the reader has not seen', async () => {
    const { ask, publish } = await publishedMoc();
    const lastSeen = async (user: string) => (await ask('get', '/last-seen', user).expect(200)).body as unknown;
    const see = (version: number, user = 'bob') => ask('put', '/last-seen', user).send({ version });
    expect(await lastSeen('bob')).to.deep.equal({ lastSeen: 0, current: 1, isChanged: true });
    await see(1).expect(204);
    expect(await lastSeen('bob')).to.deep.equal({ lastSeen: 1, current: 1, isChanged: false });
    await ask('patch', '').send({ title: 'Steam crane' }).expect(204);
    await publish();
    expect(await lastSeen('bob')).to.deep.equal({ lastSeen: 1, current: 2, isChanged: true });
    await see(2).expect(204);
    await see(1).expect(204);
    expect(await lastSeen('bob')).to.include({ lastSeen: 2, isChanged: false });
    expect(await lastSeen('ada')).to.include({ lastSeen: 0 });
    await see(3).expect(404);
  });

  it('is not there once the MOC is deleted', async () => {
    const { ask, remove } = await publishedMoc();
    await remove();
    for (const path of ['/last-seen', '/versions', '/versions/1', '/versions/1/diff/1'])
      await ask('get', path).expect(404);
  });
});
