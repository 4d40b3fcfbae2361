import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { devUserId } from '@lego-moc/embedded-identity/issue-token';
import { exportLine as galleryLine } from '@lego-moc/gallery/contracts/export-api';
import { imageReply } from '@lego-moc/gallery/contracts/http-api';
import { awaitCounts, uploadMoc } from '@lego-moc/local/demo-steps';
import { commentReply } from '@lego-moc/moc-management/contracts/comments-api';
import { exportLine, type ExportLine } from '@lego-moc/moc-management/contracts/export-api';
import { mocReply } from '@lego-moc/moc-management/contracts/http-api';
import { newWebhookReply } from '@lego-moc/moc-management/contracts/webhooks-api';
import { stillImages } from '@lego-moc/testing/sample-images';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from './platform.ts';
import { json, requestsAs, type SendRequest } from './requests.ts';

const SAMPLES = join(import.meta.dirname, '../../infra/local/samples');
const files = {
  instructions: join(SAMPLES, 'harbour-crane-instructions.pdf'),
  photo: join(SAMPLES, 'harbour-crane.png'),
  partsLists: [join(SAMPLES, 'harbour-crane-parts.csv')],
};
const HOOK = 'https://example.com/hooks';

describe('exporting what is stored of a user, through the gateway', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let adaName: string;
  let ada: SendRequest;
  let bobName: string;
  let bob: SendRequest;
  let mocId: string;
  let imageId: string;
  let commentId: string;
  let secret: string;

  const succeed = async (send: SendRequest, path: string, init: RequestInit): Promise<unknown> => {
    const reply = await send(path, init);
    const text = await reply.text();
    expect(reply.ok, `${path}: ${String(reply.status)} ${text}`).to.equal(true);
    return text === '' ? undefined : JSON.parse(text);
  };
  const linesOf = async (send: SendRequest): Promise<readonly ExportLine[]> => {
    const reply = await send('/api/mocs/export');
    expect(reply.status).to.equal(200);
    expect(reply.headers.get('content-type')).to.equal('application/x-ndjson');
    expect(reply.headers.get('content-disposition')).to.equal('attachment; filename="lego-moc-mocs.ndjson"');
    const lines = (await reply.text()).trimEnd().split('\n');
    return lines.map((line) => exportLine.parse(JSON.parse(line)));
  };
  const eventsIn = (lines: readonly ExportLine[], kind: string, id?: string) =>
    lines.flatMap((line) => ('kind' in line && line.kind === kind && (id ?? line.id) === line.id ? [line] : []));
  const typesIn = (lines: readonly ExportLine[], kind: string, id?: string) =>
    eventsIn(lines, kind, id).map(({ what }) => what);

  before(async () => {
    platform = await sharedPlatform();
    [adaName, bobName] = [`ada-${randomUUID()}`, `bob-${randomUUID()}`];
    [ada, bob] = [requestsAs(platform, adaName), requestsAs(platform, bobName)];
    const body = new FormData();
    body.set('image', new Blob([new Uint8Array(stillImages.PNG)]), 'crane.png');
    ({ imageId } = imageReply.parse(await succeed(ada, '/api/images', { method: 'POST', body })));
    const gateway = await platform.signedInAs(adaName);
    const { moc } = await uploadMoc(gateway, `Crane ${randomUUID()}`, files);
    ({ mocId } = await awaitCounts(gateway, moc, () => undefined));
    await succeed(ada, `/api/mocs/${mocId}/gallery-images`, json('POST', { imageId }));
    await pollUntil(
      'The publication',
      async () => (await ada(`/api/mocs/${mocId}/publication`, { method: 'PUT' })).status,
      (status) => status < 300,
    );
    const bobsMoc = `/api/mocs/${mocId}`;
    await succeed(bob, `${bobsMoc}/like`, { method: 'PUT' });
    await succeed(bob, `${bobsMoc}/bookmark`, { method: 'PUT' });
    const text = 'A lovely boom';
    ({ commentId } = commentReply.parse(await succeed(bob, `${bobsMoc}/comments`, json('POST', { text }))));
    await succeed(ada, `${bobsMoc}/comments/${commentId}/flags`, json('POST', { reason: 'other', words: 'Zinnober' }));
    await pollUntil(
      'The builder',
      async () =>
        (await bob(`/api/builders/${encodeURIComponent(devUserId(adaName))}/follow`, { method: 'PUT' })).status,
      (status) => status === 204,
    );
    const webhook = { url: HOOK, subject: { kind: 'moc', mocId }, events: ['moc.deleted'] };
    ({ secret } = newWebhookReply.parse(await succeed(bob, '/api/webhooks', json('POST', webhook))));
  });

  it('has MOCs with drafts, versions, links and what they are made of', async () => {
    const parent = { parentMocId: mocId, parentVersion: 1, relation: 'fork' };
    const fork = mocReply.parse(
      await succeed(ada, '/api/mocs', json('POST', { title: `Fork ${randomUUID()}`, ...parent })),
    );
    const lines = await linesOf(ada);
    expect(lines[0]).to.include({ mocs: 2, comments: 0, commentFlags: 1 });
    expect(typesIn(lines, 'moc', mocId)).to.include.members([
      ...['MocDrafted', 'FileAttached', 'PartsListed', 'PartsCounted', 'GalleryItemLinked', 'VersionPublished'],
    ]);
    const [draft] = eventsIn(lines, 'moc', fork.mocId);
    expect(draft?.data['lineage']).to.have.nested.property('[0].mocId', mocId);
    expect(eventsIn(lines, 'comment-flag').map(({ id, data }) => [id, data['words']])).to.deep.equal([
      [commentId, 'Zinnober'],
    ]);
    expect(JSON.stringify(lines)).not.to.include(devUserId(bobName)).and.not.to.include('lovely');
  });

  it('has comments, likes, bookmarks, follows and webhooks, without secrets and without who flagged', async () => {
    const lines = await linesOf(bob);
    expect(lines[0]).to.include({ mocs: 0, comments: 1, commentFlags: 0 });
    expect(typesIn(lines, 'comment', commentId)).to.deep.equal(['CommentWritten', 'CommentFlagged']);
    expect(eventsIn(lines, 'interests').map(({ data }) => [data['kind'], data['target']])).to.deep.equal([
      ['like', mocId],
      ['bookmark', mocId],
      ['follow', devUserId(adaName)],
    ]);
    expect(eventsIn(lines, 'webhooks').map(({ what, data }) => [what, data['url']])).to.deep.equal([
      ['WebhookAdded', HOOK],
    ]);
    expect(JSON.stringify(lines)).not.to.include(secret).and.not.to.include('Zinnober').and.not.to.include('"secret"');
  });

  it('has images and flags of the gallery', async () => {
    const reply = await ada('/api/gallery/export');
    expect(reply.headers.get('content-type')).to.equal('application/x-ndjson');
    const lines = (await reply.text()).trimEnd().split('\n');
    const events = lines.map((line) => galleryLine.parse(JSON.parse(line)));
    expect(events.flatMap((line) => ('id' in line ? [[line.id, line.what]] : []))).to.deep.equal([
      [imageId, 'ImageUploadBegun'],
      [imageId, 'ImageUploaded'],
    ]);
  });

  it('is refused without a token', async () => {
    for (const path of ['/api/mocs/export', '/api/gallery/export'])
      expect((await fetch(platform.url + path)).status, path).to.equal(401);
  });
});
