import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { catchUp } from '@lego-moc/event-store/catch-up';
import { connectEventStore } from '@lego-moc/event-store/connect';
import { integrationEnvelope } from '@lego-moc/event-store/integration-events';
import { imageReply, type ImageReply } from '@lego-moc/gallery/contracts/http-api';
import { logReply, queueReply, reviewReply } from '@lego-moc/gallery/contracts/moderation-api';
import { GALLERY_EVENTS, galleryPayload } from '@lego-moc/gallery/contracts/integration-events';
import { portOf } from '@lego-moc/local/registry';
import { stillImages } from '@lego-moc/testing/sample-images';
import { eventStoreUrl } from './event-store-url.ts';
import { rowsContaining } from './persistent-state.ts';
import { json, problemCode, requestsAs, type SendRequest } from './requests.ts';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from './platform.ts';

const MODERATOR = ['moderator'];

describe('moderating the gallery, through the gateway', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let ada: SendRequest;
  let bob: SendRequest;
  let mona: SendRequest;
  let milo: SendRequest;

  before(async () => {
    platform = await sharedPlatform();
    mona = requestsAs(platform, `mona-${randomUUID()}`, MODERATOR);
    milo = requestsAs(platform, `milo-${randomUUID()}`, MODERATOR);
  });
  beforeEach(() => {
    ada = requestsAs(platform, `ada-${randomUUID()}`);
    bob = requestsAs(platform, `bob-${randomUUID()}`);
  });

  const publicImage = async (): Promise<string> => {
    const body = new FormData();
    body.set('visibility', 'public');
    body.set('image', new Blob([new Uint8Array(stillImages.PNG)]), 'crane.png');
    return imageReply.parse(await (await ada('/api/images', { method: 'POST', body })).json()).imageId;
  };
  const flag = (send: SendRequest, imageId: string, words = '') =>
    send(`/api/images/${imageId}/flags`, json('POST', { reason: 'spam', words }));
  const seenByOwner = async (imageId: string): Promise<ImageReply> =>
    imageReply.parse(await (await ada(`/api/images/${imageId}`)).json());
  const review = async (send: SendRequest, imageId: string, step: string, body: object = {}) =>
    send(`/api/moderation/images/${imageId}/${step}`, json('PUT', body));
  const refusal = async (reply: Response) => `${String(reply.status)} ${(await problemCode(reply)) ?? ''}`;
  const verdict = { decision: 'remove', rule: 'no-advertising', reason: 'It advertises a shop.' };

  it('hides a flagged image at once, tells its owner why, and restores all of it when an appeal is granted', async () => {
    const imageId = await publicImage();
    expect((await bob(`/api/images/${imageId}`)).status).to.equal(200);
    expect((await flag(bob, imageId, 'A shop')).status).to.equal(204);
    expect((await flag(bob, imageId, 'A shop')).status).to.equal(204);
    expect((await bob(`/api/images/${imageId}`)).status).to.equal(404);
    expect((await seenByOwner(imageId)).moderation).to.deep.include({ hidden: true, flags: ['spam'], decision: null });

    const findReview = async () => {
      const page = queueReply.parse(await (await mona('/api/moderation/queue?limit=100')).json());
      return page.reviews.find((entry) => entry.imageId === imageId);
    };
    expect(await pollUntil('The queue', findReview, (entry) => entry !== undefined)).to.include({
      kind: 'flags',
      flags: 1,
    });

    expect((await review(mona, imageId, 'claim')).status).to.equal(200);
    expect(await refusal(await review(milo, imageId, 'claim'))).to.equal('409 review-claimed');
    expect(await refusal(await review(milo, imageId, 'decision', verdict))).to.equal('409 review-not-claimed');
    const reviewResult = reviewReply.parse(await (await review(mona, imageId, 'decision', verdict)).json());
    expect(reviewResult.decision).to.include({ decision: 'remove', rule: 'no-advertising' });
    expect((await seenByOwner(imageId)).moderation?.decision).to.include({ reason: 'It advertises a shop.' });
    expect((await ada(`/api/images/${imageId}/file`)).status).to.equal(404);

    const appeal = await ada(`/api/images/${imageId}/appeal`, json('POST', { words: 'It is my own.' }));
    expect(appeal.status).to.equal(200);
    expect(await refusal(await review(mona, imageId, 'claim'))).to.equal('403 own-decision');
    await review(milo, imageId, 'claim');
    expect((await review(milo, imageId, 'reversal', { reason: 'A creation.' })).status).to.equal(200);
    expect((await bob(`/api/images/${imageId}`)).status).to.equal(200);
    expect((await ada(`/api/images/${imageId}/file`)).status).to.equal(200);
    expect((await seenByOwner(imageId)).moderation).to.equal(null);
    await pollUntil('The queue', findReview, (entry) => entry === undefined);
  });

  it('logs decisions and reversals for everybody without persons, images and words', async () => {
    const rule = `rule-${randomUUID()}`;
    const imageId = await publicImage();
    await flag(bob, imageId, 'Secret words');
    await review(mona, imageId, 'claim');
    await review(mona, imageId, 'decision', { ...verdict, rule });
    const entries = async () => {
      const reply = await bob('/api/moderation/log?limit=100');
      const text = await reply.text();
      expect(text).not.to.include(imageId).and.not.to.include('Secret').and.not.to.include('advertises');
      return logReply.parse(JSON.parse(text)).entries.filter((entry) => entry.rule === rule);
    };
    const [entry] = await pollUntil('The log', entries, (list) => list.length > 0);
    expect(entry).to.deep.include({ kind: 'decision', decision: 'remove', reasons: ['spam'] });
  });

  it('refuses whoever is no moderator', async () => {
    const imageId = await publicImage();
    await flag(bob, imageId);
    for (const path of ['queue', 'report', `images/${imageId}`])
      expect(await refusal(await ada(`/api/moderation/${path}`)), path).to.equal('403 role-missing');
    for (const step of ['claim', 'decision', 'reversal'])
      expect(await refusal(await review(ada, imageId, step, verdict)), step).to.equal('403 role-missing');
  });

  it('answers the monolith’s name for flags and says what replaces it', async () => {
    const imageId = await publicImage();
    const reply = await bob('/api/flag', json('POST', { imageId, reason: 'offensive' }));
    expect(reply.status).to.equal(204);
    expect(reply.headers.get('deprecation')).to.match(/^@\d+$/);
    expect(reply.headers.get('link')).to.equal('</api/flags>; rel="successor-version"');
    expect((await seenByOwner(imageId)).moderation?.flags).to.deep.equal(['offensive']);
  });

  it('limits how many images a user flags in a day', async () => {
    const statuses: number[] = [];
    for (let at = 0; at <= 20; at += 1) statuses.push((await flag(bob, await publicImage())).status);
    expect(statuses.slice(0, 20)).to.deep.equal(Array.from({ length: 20 }, () => 204));
    expect(statuses.at(-1)).to.equal(429);
  });

  it('forgets who flagged once they are erased', async () => {
    await bob('/api/users/me');
    const imageId = await publicImage();
    const words = `Zinnober ${randomUUID()}`;
    await flag(bob, imageId, words);
    await pollUntil(
      'The row',
      () => rowsContaining(platform, [words]),
      (rows) => rows.length > 0,
    );
    await pollUntil(
      'The erasure',
      async () => (await bob('/api/users/me', { method: 'DELETE' })).status,
      (is) => is < 300,
    );
    await pollUntil(
      'The row',
      () => rowsContaining(platform, [words]),
      (rows) => rows.length === 0,
    );
    expect((await seenByOwner(imageId)).moderation?.flags).to.deep.equal(['spam']);
  });

  it('tells other contexts what became of an image', async () => {
    const imageId = await publicImage();
    await flag(bob, imageId);
    await ada(`/api/images/${imageId}`, { method: 'DELETE' });
    const client = connectEventStore(eventStoreUrl(platform));
    const envelope = integrationEnvelope(galleryPayload);
    const readTypes = async (): Promise<readonly string[]> => {
      const types: string[] = [];
      for await (const { data } of catchUp(client, { source: { stream: GALLERY_EVENTS }, from: 'start' })) {
        const event = envelope.parse(data);
        if (event.subject === imageId) types.push(event.eventType);
      }
      return types;
    };
    try {
      const types = await pollUntil('The deletion', readTypes, (all) => all.includes('image.deleted'));
      expect(types).to.deep.equal(['image.uploaded', 'image.flagged', 'image.updated', 'image.deleted']);
    } finally {
      await client.dispose();
    }
  });

  it('shows the queue to Prometheus', async () => {
    await flag(bob, await publicImage());
    const url = `http://127.0.0.1:${String(portOf(platform.ports, 'gallery'))}/metrics`;
    const waiting = async () =>
      Number(/^gallery_review_queue_images\{.*\} (\d+)$/m.exec(await (await fetch(url)).text())?.[1]);
    await pollUntil('The gauge', waiting, (count) => count > 0);
  });
});
