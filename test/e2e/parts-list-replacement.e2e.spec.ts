import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { exportTargets } from '@lego-moc/file-processing/contracts/export-api';
import type { GatewayClient } from '@lego-moc/local/gateway-client';
import { pollUntil } from '@lego-moc/application/poll-until';
import { downloadReply } from '@lego-moc/moc-management/contracts/files-api';
import { mocReply, type MocReply } from '@lego-moc/moc-management/contracts/http-api';
import { lineageReply } from '@lego-moc/moc-management/contracts/lineage-api';
import { diffReply, lastSeenReply, rebuyReply, versionReply } from '@lego-moc/moc-management/contracts/versions-api';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from './platform.ts';
import { json, problemCode, requestsAs } from './requests.ts';

const WITHIN_MS = 60_000;
const csv = (pieces: number): string => `Part,Color,Quantity\n3001,4,${pieces}\n`;

describe('replacing a parts list through the gateway', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let gateway: GatewayClient;
  let authorization: string;
  let moc: MocReply;

  const send = (method: string, path: string, list: string, headers: Record<string, string> = {}, title?: string) => {
    const body = new FormData();
    if (title !== undefined) body.set('title', title);
    body.set('partsLists', new Blob([list]), 'list.csv');
    return fetch(platform.url + path, { method, headers: { authorization, ...headers }, body });
  };
  const listPath = (): string => `/api/mocs/${moc.mocId}/parts-lists/${moc.partsLists[0]!.partsListId}`;
  /** Waits for what is expected, and for the file that the list gives up: the read model shows one event after the other. */
  const until = (description: string, isThere: (moc: MocReply) => boolean): Promise<MocReply> =>
    pollUntil(
      description,
      () => gateway.get(`/api/mocs/${moc.mocId}`, mocReply),
      (moc) => isThere(moc) && moc.files.length === 1,
      WITHIN_MS,
    );

  before(async () => {
    platform = await sharedPlatform();
    gateway = await platform.signedInAs('replacer');
    authorization = `Bearer ${await platform.token('replacer')}`;
    const reply = await send('POST', '/api/mocs/with-files', csv(4), {}, `Crane ${randomUUID()}`);
    moc = mocReply.parse(await reply.json());
    moc = await until('The count', ({ totalPieces }) => totalPieces === 4);
  });

  it('keeps the count of the list until the other file is counted, then frees the former file and its job', async () => {
    const [former] = moc.partsLists;
    const reply = await send('PUT', listPath(), csv(7));
    const answer = mocReply.parse(await reply.json());
    expect([reply.status, answer.totalPieces, answer.partsLists[0]?.fileId]).to.deep.equal([200, 4, former?.fileId]);

    moc = await until('The other count', ({ totalPieces }) => totalPieces === 7);
    expect(moc.partsLists).to.have.lengthOf(1);
    expect(moc.partsLists[0]).to.include({ partsListId: former?.partsListId, status: 'counted', pieces: 7 });
    expect(moc.files.map(({ fileId }) => fileId)).to.deep.equal([answer.partsLists[0]?.replacement?.fileId]);
    const job = () => fetch(`${platform.url}/api/jobs/${former!.jobId}/lots`, { headers: { authorization } });
    await pollUntil('The withdrawal of the former job', job, ({ status }) => status === 410, WITHIN_MS);
  });

  it('answers 200 for the same file and changes nothing', async () => {
    const reply = await send('PUT', listPath(), csv(7));
    expect([reply.status, mocReply.parse(await reply.json()).revision]).to.deep.equal([200, moc.revision]);
  });

  it('keeps the list when the other file cannot be read, and says why', async () => {
    expect((await send('PUT', listPath(), 'Name,Price\nBrick,3\n')).status).to.equal(200);
    const mocAfterRefusal = await until(
      'The refusal',
      ({ partsLists: [list] }) => list?.replacement !== undefined && list.replacement.status !== 'processing',
    );
    expect(mocAfterRefusal.partsLists[0]).to.include({ status: 'counted', pieces: 7 });
    expect(mocAfterRefusal.partsLists[0]?.replacement).to.include({ status: 'unreadable', code: 'columns-unknown' });
    expect(mocAfterRefusal.files).to.have.lengthOf(1);
    moc = mocAfterRefusal;
  });

  it('answers 422 for a refused file, 412 for a revision that has moved, and keeps the list', async () => {
    expect((await send('PUT', listPath(), '')).status).to.equal(422);
    const staleReply = await send('PUT', listPath(), csv(9), { 'if-match': '"0"' });
    expect([staleReply.status, await problemCode(staleReply)]).to.deep.equal([412, 'revision-moved']);
    expect((await gateway.get(`/api/mocs/${moc.mocId}`, mocReply)).partsLists).to.deep.equal(moc.partsLists);
  });

  it('replays its answer under an Idempotency-Key and refuses another file under it', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const first = await send('PUT', listPath(), csv(11), headers);
    const again = await send('PUT', listPath(), csv(11), headers);
    const other = await send('PUT', listPath(), csv(12), headers);
    expect([first.status, again.status]).to.deep.equal([200, 200]);
    expect([other.status, await problemCode(other)]).to.deep.equal([422, 'idempotency-key-reused']);
    await until('The count of the file that was sent twice', ({ totalPieces }) => totalPieces === 11);
  });
});

describe('publishing versions of a MOC through the gateway', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let owner: GatewayClient;
  let reader: GatewayClient;
  let moc: MocReply;
  let forkId: string;

  const until = (label: string, as: GatewayClient, isThere: (reply: MocReply) => boolean): Promise<MocReply> =>
    pollUntil(label, () => as.get(`/api/mocs/${moc.mocId}`, mocReply), isThere, WITHIN_MS);
  const send = async (method: string, path: string, body?: FormData | string): Promise<number> => {
    const authorization = `Bearer ${await platform.token('publisher')}`;
    const headers = { authorization, ...(typeof body === 'string' ? { 'content-type': 'application/json' } : {}) };
    const init = { method, headers, ...(body === undefined ? {} : { body }) };
    return (await fetch(`${platform.url}/api/mocs/${moc.mocId}${path}`, init)).status;
  };
  const list = (rows: string): FormData => {
    const body = new FormData();
    body.set('partsLists', new Blob([`Part,Color,Quantity\n${rows}\n`]), 'list.csv');
    return body;
  };

  before(async () => {
    platform = await sharedPlatform();
    owner = await platform.signedInAs('publisher');
    reader = await platform.signedInAs('version-reader');
    const form = list('3001,4,8\n3003,1,2');
    form.set('title', `Carriage house ${randomUUID()}`);
    form.set('instructionsFile', new Blob(['%PDF-1.4\n%%EOF\n']), 'book.pdf');
    const authorization = `Bearer ${await platform.token('publisher')}`;
    const reply = await fetch(`${platform.url}/api/mocs/with-files`, {
      method: 'POST',
      headers: { authorization },
      body: form,
    });
    moc = mocReply.parse(await reply.json());
    moc = await until('The count', owner, ({ totalPieces }) => totalPieces === 10);
    expect(await send('PUT', '/publication')).to.equal(204);
  });

  it('shows readers the published list while the owner replaces it, and says what to buy for the next version', async () => {
    const path = `/parts-lists/${moc.partsLists[0]!.partsListId}`;
    expect(await send('PUT', path, list('3001,4,10\n3003,15,2\n3020,0,1'))).to.equal(200);
    await until('The other count', owner, ({ totalPieces }) => totalPieces === 13);
    const publication = await until('The publication', reader, ({ version }) => version === 1);
    expect([publication.totalPieces, publication.partsLists[0]?.jobId]).to.deep.equal([10, moc.partsLists[0]?.jobId]);

    expect(await send('PUT', '/publication')).to.equal(204);
    await until('The second publication', reader, ({ version, totalPieces }) => version === 2 && totalPieces === 13);
    const { parts } = await reader.get(`/api/mocs/${moc.mocId}/versions/1/diff/2`, diffReply);
    expect(parts.quantity.map(({ lot, from, to }) => [lot.part, from, to])).to.deep.equal([['3001', 8, 10]]);
    expect(parts.recoloured.map(({ from, to, quantity }) => [from.colour, to.colour, quantity])).to.deep.equal([
      ['1', '15', 2],
    ]);
    expect([parts.added.map(({ part }) => part), parts.removed]).to.deep.equal([['3020'], []]);
    const { buy, leftOver } = await reader.get(`/api/mocs/${moc.mocId}/versions/1/rebuy`, rebuyReply);
    expect([buy.pieces, leftOver.pieces]).to.deep.equal([5, 2]);
  });

  it('writes what is left over of a version that was bought in every format of exports', async () => {
    const ask = requestsAs(platform, 'version-reader');
    const exportOf = (target: string) =>
      ask(`/api/mocs/${moc.mocId}/versions/1/rebuy/export?list=left-over&target=${target}`);
    // The starter catalogue knows no element of that part in that colour, by which these are ordered.
    const isByElement = (target: string) => target.startsWith('pick-a-brick');
    for (const target of exportTargets.filter(isByElement))
      expect(await problemCode(await exportOf(target)), target).to.equal('nothing-to-export');
    for (const target of exportTargets.filter((some) => !isByElement(some))) {
      const reply = await exportOf(target);
      const bytes = Buffer.from(await reply.arrayBuffer());
      expect([reply.status, bytes.length > 0], `${target}: ${bytes.toString()}`).to.deep.equal([200, true]);
      expect(reply.headers.get('content-disposition'), target).to.include('left-over');
    }
    expect(await (await exportOf('bricklink-xml')).text()).to.include('<ITEMID>3003</ITEMID>');
    expect(await (await exportOf('csv')).text())
      .to.include('3003')
      .and.not.include('3001');
  });

  it('tells readers whether it has changed since they last looked', async () => {
    const ask = requestsAs(platform, `looker-${randomUUID()}`);
    const path = `/api/mocs/${moc.mocId}/last-seen`;
    const lastSeen = async () => lastSeenReply.parse(await (await ask(path)).json());
    const see = async (version: number) => (await ask(path, json('PUT', { version }))).status;
    expect(await lastSeen()).to.deep.equal({ lastSeen: 0, current: 2, isChanged: true });
    expect(await see(1)).to.equal(204);
    expect(await lastSeen()).to.deep.equal({ lastSeen: 1, current: 2, isChanged: true });
    expect(await see(2)).to.equal(204);
    expect(await lastSeen()).to.deep.equal({ lastSeen: 2, current: 2, isChanged: false });
    // What its owner changes is no news before it is published.
    expect(await send('PATCH', '', JSON.stringify({ theme: 'Railway' }))).to.equal(204);
    expect(await lastSeen()).to.include({ current: 2, isChanged: false });
  });

  it('is forked under its licence with its files, and credited after it is deleted', async () => {
    const fork = {
      title: `Fork ${randomUUID()}`,
      parentMocId: moc.mocId,
      parentVersion: 2,
      relation: 'alternate-build',
    };
    const draft = async (body: object): Promise<Response> => {
      const authorization = `Bearer ${await platform.token('version-reader')}`;
      const headers = { authorization, 'content-type': 'application/json' };
      return fetch(`${platform.url}/api/mocs`, { method: 'POST', headers, body: JSON.stringify(body) });
    };
    const refusal = await draft(fork);
    expect([refusal.status, await problemCode(refusal)]).to.deep.equal([403, 'licence-forbids-derivatives']);

    expect(await send('PATCH', '', JSON.stringify({ licence: 'cc-by-sa-4.0' }))).to.equal(204);
    expect(await send('PUT', '/publication')).to.equal(204);
    const reply = await draft({ ...fork, parentVersion: 3, copyFiles: true });
    const forkReply = mocReply.parse(await reply.json());
    expect(forkReply).to.deep.include({
      licence: 'cc-by-sa-4.0',
      parent: { mocId: moc.mocId, version: 3, relation: 'alternate-build' },
    });
    forkId = forkReply.mocId;
    expect(forkReply.files.map(({ name, kind }) => [name, kind])).to.deep.equal([
      ['book.pdf', 'instruction'],
      ['list.csv', 'parts-list'],
    ]);
    await pollUntil(
      'The count of the copy',
      () => reader.get(`/api/mocs/${forkId}`, mocReply),
      ({ totalPieces }) => totalPieces === 13,
      WITHIN_MS,
    );
    const lineage = await reader.get(`/api/mocs/${forkId}/lineage`, lineageReply);
    expect(lineage.ancestors[0]).to.include({
      mocId: moc.mocId,
      title: moc.title,
      owner: moc.owner,
      isAvailable: true,
    });
    const family = await pollUntil(
      'The descendant',
      () => reader.get(`/api/mocs/${moc.mocId}/lineage`, lineageReply),
      ({ descendants }) => descendants.length === 1,
      WITHIN_MS,
    );
    expect(family.descendants[0]).to.include({ mocId: forkId, parentVersion: 3, depth: 1 });
    expect((await owner.get(`/api/mocs/${moc.mocId}/lineage`, lineageReply)).descendants).to.deep.equal([]);
  });

  it('keeps the files of a version when its list is replaced, until the MOC is deleted', async () => {
    const { files } = await reader.get(`/api/mocs/${moc.mocId}/versions/1`, versionReply);
    const former = files.find(({ kind }) => kind === 'parts-list')!;
    const path = `/api/mocs/${moc.mocId}/versions/1/files/${former.fileId}`;
    const { url } = await reader.get(path, downloadReply);
    expect(await (await fetch(url)).text()).to.include('3001,4,8');
    expect(await send('POST', '/versions/1/revert')).to.equal(204);
    await until('The former list', owner, (reply) => reply.totalPieces === 10 && reply.hasUnpublishedChanges);

    expect(await send('DELETE', '')).to.equal(204);
    await pollUntil(
      'The end of the file',
      () => fetch(url),
      ({ status }) => status === 404 || status === 410,
      WITHIN_MS,
    );
    expect(await send('GET', '/versions/1')).to.equal(404);
    const lineage = await pollUntil(
      'The credit',
      () => reader.get(`/api/mocs/${forkId}/lineage`, lineageReply),
      ({ ancestors }) => ancestors[0]?.isAvailable === false,
      WITHIN_MS,
    );
    expect(lineage.ancestors[0]).to.include({ title: moc.title, owner: moc.owner, version: 3 });
    const [copy] = (await reader.get(`/api/mocs/${forkId}`, mocReply)).files;
    const ownCopy = await reader.get(`/api/mocs/${forkId}/files/${String(copy?.fileId)}`, downloadReply);
    expect((await fetch(ownCopy.url)).status).to.equal(200);
  });
});
