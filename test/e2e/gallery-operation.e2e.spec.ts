import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { albumReply, imageReply } from '@lego-moc/gallery/contracts/http-api';
import { reportReply, type ModerationReport } from '@lego-moc/gallery/contracts/moderation-api';
import { portOf } from '@lego-moc/local/registry';
import { commentQueueReply, commentReply } from '@lego-moc/moc-management/contracts/comments-api';
import { mocReply } from '@lego-moc/moc-management/contracts/http-api';
import { stillImages } from '@lego-moc/testing/sample-images';
import { PLATFORM_WITHIN_MS, startPlatform, type TestPlatform } from './platform.ts';
import { json, problemCode, requestsAs, type SendRequest } from './requests.ts';

const MODERATOR = ['moderator'];

/** Figures and settings are those of a whole platform, so it belongs to this spec alone. */
describe('operating the gallery, through the gateway', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let ada: SendRequest;
  let bob: SendRequest;
  let mona: SendRequest;
  let milo: SendRequest;

  before(async () => {
    platform = await startPlatform({ GALLERY_FLAGS_TO_HIDE: '2', GALLERY_ALBUMS_MAX: '1', GALLERY_IMAGES_MAX: '7' });
    [ada, bob] = [newUser('ada'), newUser('bob')];
    [mona, milo] = [newUser('mona', MODERATOR), newUser('milo', MODERATOR)];
  });
  after(() => (platform as TestPlatform | undefined)?.stop());

  const newUser = (name: string, roles?: readonly string[]) => requestsAs(platform, `${name}-${randomUUID()}`, roles);
  const succeed = async (send: SendRequest, path: string, init: RequestInit): Promise<unknown> => {
    const reply = await send(path, init);
    const text = await reply.text();
    expect(reply.ok, `${path}: ${text}`).to.equal(true);
    return text === '' ? undefined : JSON.parse(text);
  };
  const publicImage = async (): Promise<Response> => {
    const body = new FormData();
    body.set('visibility', 'public');
    body.set('image', new Blob([new Uint8Array(stillImages.PNG)]), 'crane.png');
    return ada('/api/images', { method: 'POST', body });
  };
  const flag = (send: SendRequest, imageId: string, reason: string) =>
    succeed(send, `/api/images/${imageId}/flags`, json('POST', { reason, words: 'Private words' }));
  const flaggedImage = async (reason: string): Promise<string> => {
    const { imageId } = imageReply.parse(await (await publicImage()).json());
    await flag(bob, imageId, reason);
    return imageId;
  };
  const review = (send: SendRequest, imageId: string, step: string, body: object = {}) =>
    succeed(send, `/api/moderation/images/${imageId}/${step}`, json('PUT', body));
  const decide = async (imageId: string, decision: string, rule: string): Promise<void> => {
    await review(mona, imageId, 'claim');
    await review(mona, imageId, 'decision', { decision, rule, reason: 'Private reason' });
  };
  const reportFor = async (send: SendRequest): Promise<ModerationReport> =>
    reportReply.parse(await (await send('/api/moderation/report?days=1')).json());
  const gaugesOf = async (service: string, prefix: string): Promise<Readonly<Record<string, number>>> => {
    const text = await (await fetch(`http://127.0.0.1:${String(portOf(platform.ports, service))}/metrics`)).text();
    const samples = [...text.matchAll(/^(\w+)(?:\{[^}\n]*\})? ([\d.e+-]+)$/gm)];
    return Object.fromEntries(
      samples.filter(([, name = '']) => name.startsWith(prefix)).map(([, name = '', value]) => [name, Number(value)]),
    );
  };

  describe('the report of moderators', () => {
    it('counts flags, decisions and reversals exactly, and what waits', async () => {
      expect(await reportFor(mona)).to.deep.include({
        ...{ flags: [], decisions: [], waitedSeconds: { median: null, p95: null } },
        queue: { images: 0, appeals: 0, claimed: 0, oldestSince: null },
      });
      const [advertisement, insult, creation, waiting, stranger] = [
        await flaggedImage('spam'),
        await flaggedImage('offensive'),
        await flaggedImage('spam'),
        await flaggedImage('spam'),
        await flaggedImage('other'),
      ];
      await decide(advertisement, 'remove', 'no-advertising');
      await decide(insult, 'hide', 'be-kind');
      await decide(creation, 'remove', 'no-advertising');
      await succeed(ada, `/api/images/${creation}/appeal`, json('POST', { words: 'Private appeal' }));
      await review(milo, creation, 'claim');
      await review(milo, creation, 'reversal', { reason: 'Private reason' });
      await succeed(ada, `/api/images/${insult}/appeal`, json('POST', { words: 'Private appeal' }));
      await review(mona, waiting, 'claim');

      const report = await pollUntil(
        'the report',
        () => reportFor(mona),
        ({ queue, decisions }) =>
          queue.images === 3 && queue.claimed === 1 && decisions.some(({ reversals }) => reversals === 1),
      );
      expect(report.flags).to.have.deep.members([
        { reason: 'spam', count: 3 },
        { reason: 'offensive', count: 1 },
        { reason: 'other', count: 1 },
      ]);
      expect(report.decisions).to.have.deep.members([
        { decision: 'remove', rule: 'no-advertising', count: 2, reversals: 1 },
        { decision: 'hide', rule: 'be-kind', count: 1, reversals: 0 },
      ]);
      expect(report.queue).to.include({ images: 3, appeals: 1, claimed: 1 });
      expect(report.waitedSeconds.median).to.be.a('number');
      expect(report.waitedSeconds.p95).to.be.at.least(report.waitedSeconds.median ?? 0);
      expect(JSON.stringify(report)).not.to.include('Private').and.not.to.include(stranger);
    });

    it('shows the queue of images to Prometheus as the report does', async () => {
      const { queue } = await reportFor(mona);
      const gauges = await gaugesOf('gallery', 'gallery_review_queue_');
      expect(gauges).to.include({ gallery_review_queue_images: queue.images });
      expect(gauges['gallery_review_queue_oldest_seconds']).to.be.greaterThan(0);
    });

    it('shows the queue of comments to moderators, and to Prometheus', async () => {
      const { mocId } = mocReply.parse(
        await succeed(ada, '/api/mocs', json('POST', { title: `Crane ${randomUUID()}` })),
      );
      expect(await gaugesOf('moc-management', 'comment_review_queue_')).to.deep.equal({
        ...{ comment_review_queue_comments: 0, comment_review_queue_oldest_seconds: 0 },
      });
      const path = `/api/mocs/${mocId}/comments`;
      const { commentId } = commentReply.parse(await succeed(ada, path, json('POST', { text: 'A lovely boom' })));
      await succeed(ada, `${path}/${commentId}/flags`, json('POST', { reason: 'spam' }));
      const queue = async () => commentQueueReply.parse(await (await mona('/api/moderation/comments')).json()).reviews;
      const [entry] = await pollUntil('the queue', queue, ({ length }) => length === 1);
      expect(entry).to.include({ commentId, mocId, kind: 'flags', flags: 1 });
      const gauges = await gaugesOf('moc-management', 'comment_review_queue_');
      expect(gauges).to.include({ comment_review_queue_comments: 1 });
      expect(gauges['comment_review_queue_oldest_seconds']).to.be.greaterThan(0);
    });

    it('is refused to whoever is no moderator', async () => {
      for (const path of ['report', 'report?days=1', 'queue', 'comments']) {
        const reply = await ada(`/api/moderation/${path}`);
        expect([reply.status, await problemCode(reply)], path).to.deep.equal([403, 'role-missing']);
      }
      const { status } = await fetch(`${platform.url}/api/moderation/report`);
      expect(status).to.equal(401);
    });
  });

  describe('its settings', () => {
    it('hide an image at the second flag, when its operator says so', async () => {
      const imageId = await flaggedImage('spam');
      const statusFor = async (send: SendRequest) => (await send(`/api/images/${imageId}`)).status;
      expect(await statusFor(bob)).to.equal(200);
      await flag(newUser('cleo'), imageId, 'other');
      expect([await statusFor(bob), await statusFor(ada)]).to.deep.equal([404, 200]);
    });

    it('limit the images and albums of a user, who has room again once one is deleted', async () => {
      const refusal = async (reply: Response) => [reply.status, await problemCode(reply)];
      const last = imageReply.parse(await (await publicImage()).json());
      expect(await refusal(await publicImage())).to.deep.equal([409, 'image-limit-reached']);
      await succeed(ada, `/api/images/${last.imageId}`, { method: 'DELETE' });
      await pollUntil(
        'room for an image',
        async () => (await publicImage()).status,
        (status) => status === 201,
      );

      const create = () => ada('/api/albums', json('POST', { title: 'Cranes' }));
      const { albumId } = albumReply.parse(await (await create()).json());
      expect(await refusal(await create())).to.deep.equal([409, 'album-limit-reached']);
      await succeed(ada, `/api/albums/${albumId}`, { method: 'DELETE' });
      await pollUntil(
        'room for an album',
        async () => (await create()).status,
        (status) => status === 201,
      );
    });
  });
});
