import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { downloadReply } from '@lego-moc/moc-management/contracts/files-api';
import { mocListReply, mocReply } from '@lego-moc/moc-management/contracts/http-api';
import { bookmarksReply, builderReply, interestReply } from '@lego-moc/moc-management/contracts/interests-api';
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

  it('counts each like once, however often and by however many at once it is sent', async () => {
    const platform = await sharedPlatform();
    const body = new FormData();
    body.set('title', 'Crane');
    body.set('instructionsFile', new Blob(['%PDF-1.4\n%%EOF\n']), 'crane.pdf');
    body.set('partsLists', new Blob(['Part,Color,Quantity\n3001,4,2\n']), 'parts.csv');
    const { mocId } = mocReply.parse(await (await ask('/api/mocs/with-files', { method: 'POST', body })).json());
    const publish = () => ask(`/api/mocs/${mocId}/publication`, { method: 'PUT' });
    await pollUntil('The publication', publish, ({ status }) => status === 204);

    const fans = [1, 2, 3, 4].map(() => requestsAs(platform, `fan-${randomUUID()}`));
    const path = `/api/mocs/${mocId}`;
    const like = (fan: SendRequest, method = 'PUT') => fan(`${path}/like`, { method });
    const replies = await Promise.all([...fans, ...fans, ...fans].map((fan) => like(fan)));
    expect(replies.map(({ status }) => status)).to.deep.equal(replies.map(() => 204));
    const tally = async (fan: SendRequest) => interestReply.parse(await (await fan(`${path}/interest`)).json());
    expect((await tally(fans[0]!)).isLiked).to.equal(true);
    await pollUntil(
      'The likes',
      () => tally(ask),
      ({ likes }) => likes === 4,
    );
    await like(fans[0]!, 'DELETE');
    await pollUntil(
      'The likes',
      () => tally(ask),
      ({ likes }) => likes === 3,
    );

    const { owner } = mocReply.parse(await (await ask(path)).json());
    const follow = `/api/builders/${owner}/follow`;
    expect((await fans[0]!(follow, { method: 'PUT' })).status).to.equal(204);
    const builder = builderReply.parse(await (await fans[0]!(`/api/builders/${owner}`)).json());
    expect(builder).to.deep.equal({ builderId: owner, followers: 1, isFollowed: true });
    expect((await fans[0]!(`${path}/bookmark`, { method: 'PUT' })).status).to.equal(204);
    const page = bookmarksReply.parse(await (await fans[0]!('/api/bookmarks')).json());
    expect(page.bookmarks.map(({ mocId: id, title }) => [id, title])).to.deep.equal([[mocId, 'Crane']]);
  });
});
