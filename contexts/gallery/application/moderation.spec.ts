import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { FlaggerEvent } from '../domain/flagger-events.ts';
import type { ImageEvent, ImageId } from '../domain/image-events.ts';
import { galleryInMemory, noon, persistentState } from '../testing/gallery-in-memory.ts';
import { flagImages } from './moderation.ts';

const [ada, bob, mona, milo] = ['ada', 'bob', 'mona', 'milo'] as UserId[] as [UserId, UserId, UserId, UserId];
const UNTIL = '2026-01-01T12:15:00.000Z' as Instant;
const now = () => noon;
const cause = () => ({ commandId: newId(), correlationId: newId(), actor: 'ada' });

/** A gallery in which nine flags hide an image, unless a trusted flagger places one. */
const begin = () => {
  const state = persistentState();
  const { images, owners } = galleryInMemory(state);
  const flagging = flagImages({ images, flaggers: inMemoryStreams<FlaggerEvent>('flagger', now), hidesAt: 9, now });

  const publish = async (): Promise<ImageId> => {
    const imageId = newId() as ImageId;
    await owners.begin(ada, { type: 'BeginImage', data: { imageId } }, cause());
    await images.handle(imageId, { type: 'BeginUpload', data: { imageId, by: ada, at: noon } }, cause());
    const file = { name: 'crane.webp', mediaType: 'image/webp', sizeBytes: 9, sha256: '00' };
    const details = { title: 'Crane', description: '', tags: [], altText: '', licence: 'cc-by-4.0' } as const;
    const upload = { imageId, by: ada, file, details, visibility: 'public', at: noon } as const;
    await images.handle(imageId, { type: 'CompleteUpload', data: upload }, cause());
    return imageId;
  };
  const flag = (imageId: ImageId) => flagging.flag({ imageId, by: bob, reason: 'spam', words: '' }, cause());
  const isHidden = async (imageId: ImageId): Promise<boolean> => {
    const { state: image } = await images.latest(imageId);
    return image.status === 'stored' && image.moderation.hidden;
  };
  /** Hands the last event of an image to the subscription that judges flags. */
  const judgeLatest = async (imageId: ImageId): Promise<void> => {
    let latest: ImageEvent | undefined;
    for await (const { event } of state.images.readEvents(imageId)) latest = event;
    if (latest !== undefined) await flagging.judge(imageId, latest, cause());
  };
  const claim = (imageId: ImageId, by: UserId) =>
    images.handle(imageId, { type: 'ClaimReview', data: { imageId, by, at: noon, until: UNTIL } }, cause());
  const decide = async (imageId: ImageId, decision: 'remove' | 'dismiss'): Promise<void> => {
    await claim(imageId, mona);
    const verdict = { decision, rule: 'no-spam', reason: 'Seen' };
    await images.handle(imageId, { type: 'DecideReview', data: { imageId, by: mona, ...verdict, at: noon } }, cause());
    await judgeLatest(imageId);
  };
  const reverse = async (imageId: ImageId): Promise<void> => {
    const data = { imageId, by: ada, words: 'My own', at: noon };
    await images.handle(imageId, { type: 'AppealDecision', data }, cause());
    await claim(imageId, milo);
    const reversal = { imageId, by: milo, reason: 'A creation', at: noon };
    await images.handle(imageId, { type: 'ReverseDecision', data: reversal }, cause());
    await judgeLatest(imageId);
  };
  const decideFlagged = async (decision: 'remove' | 'dismiss'): Promise<ImageId> => {
    const imageId = await publish();
    await flag(imageId);
    await decide(imageId, decision);
    return imageId;
  };
  return { publish, flag, isHidden, decideFlagged, reverse };
};

describe('flagging images', () => {
  it('hides an image by one flag of somebody with whom moderators agreed in four of five cases', async () => {
    const { publish, flag, isHidden, decideFlagged } = begin();
    for (const decision of ['remove', 'remove', 'dismiss', 'remove'] as const) await decideFlagged(decision);
    const early = await publish();
    await flag(early);
    expect(await isHidden(early)).to.equal(false);
    await decideFlagged('remove');
    const late = await publish();
    await flag(late);
    expect(await isHidden(late)).to.equal(true);
  });

  it('takes the trust back when a decision is reversed', async () => {
    const { publish, flag, isHidden, decideFlagged, reverse } = begin();
    const decidedImages: ImageId[] = [];
    for (const decision of ['remove', 'remove', 'dismiss', 'remove', 'remove'] as const)
      decidedImages.push(await decideFlagged(decision));
    await reverse(decidedImages[0]!);
    const imageId = await publish();
    await flag(imageId);
    expect(await isHidden(imageId)).to.equal(false);
  });

  it('leaves two flags a day to somebody with whom moderators agreed in none of five', async () => {
    const { publish, flag, decideFlagged } = begin();
    for (let at = 0; at < 5; at += 1) await decideFlagged('dismiss');
    expect(await flag(await publish())).to.have.property('rejected', 'too-many-flags');
  });
});
