import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { downloadReply, mocListReply, mocReply } from '@lego-moc/moc-management/contracts/http-api';
import { stillImages } from '@lego-moc/testing/sample-images';
import { requestsAs, json, problemCode, type SendRequest } from './requests.ts';
import { PLATFORM_WITHIN_MS, sharedPlatform } from './platform.ts';

/** Often enough that a stale read model would be noticed, if any answer came from it. */
const TIMES = 15;

describe('reading one’s own writes of MOCs, through the gateway', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let ask: SendRequest;

  beforeEach(async () => {
    ask = requestsAs(await sharedPlatform(), `builder-${randomUUID()}`);
  });

  const readList = async () => mocListReply.parse(await (await ask('/api/mocs?limit=100')).json()).mocs;
  const draft = async (title: string): Promise<string> =>
    mocReply.parse(await (await ask('/api/mocs', json('POST', { title }))).json()).mocId;

  it('lists a MOC with its files as soon as they are added', async () => {
    for (let time = 1; time <= TIMES; time += 1) {
      const body = new FormData();
      body.set('title', `Crane ${String(time)}`);
      body.set('thumbnail', new Blob([new Uint8Array(stillImages.PNG)]), 'crane.png');
      expect((await ask('/api/mocs/with-files', { method: 'POST', body })).status).to.equal(201);
      const [first, ...otherMocs] = await readList();
      expect([first?.title, first?.files.length, otherMocs.length]).to.deep.equal([
        `Crane ${String(time)}`,
        1,
        time - 1,
      ]);
    }
  });

  it('returns a file as soon as it is added, and 404 once it is removed', async () => {
    const mocId = await draft('Crane');
    for (let time = 1; time <= TIMES; time += 1) {
      const body = new FormData();
      body.set('thumbnail', new Blob([new Uint8Array(stillImages.PNG)]), 'crane.png');
      const moc = mocReply.parse(await (await ask(`/api/mocs/${mocId}/files`, { method: 'POST', body })).json());
      const path = `/api/mocs/${mocId}/files/${moc.files.at(-1)!.fileId}`;
      const { url } = downloadReply.parse(await (await ask(path)).json());
      expect((await fetch(url)).status).to.equal(200);
      expect((await ask(path, { method: 'DELETE' })).status).to.equal(204);
      expect((await ask(path)).status).to.equal(404);
    }
  });

  it('shows a title as soon as it is changed, and no MOC once it is deleted', async () => {
    for (let time = 1; time <= TIMES; time += 1) {
      const mocId = await draft('Crane');
      const title = `Harbour crane ${String(time)}`;
      expect((await ask(`/api/mocs/${mocId}`, json('PATCH', { title }))).status).to.equal(204);
      expect((await readList()).map((moc) => moc.title)).to.deep.equal([title]);
      expect((await ask(`/api/mocs/${mocId}`, { method: 'DELETE' })).status).to.equal(204);
      expect(await readList()).to.deep.equal([]);
      expect((await ask(`/api/mocs/${mocId}`)).status).to.equal(404);
    }
  });

  it('refuses a new title for a deleted MOC, and leaves that title free', async () => {
    const mocId = await draft('Crane');
    await ask(`/api/mocs/${mocId}`, { method: 'DELETE' });
    const late = await ask(`/api/mocs/${mocId}`, json('PATCH', { title: 'Signal box' }));
    expect([late.status, await problemCode(late)]).to.deep.equal([410, 'moc-deleted']);
    expect((await ask('/api/mocs', json('POST', { title: 'Signal box' }))).status).to.equal(201);
  });
});
