import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { after } from '@lego-moc/kernel/instant';
import type { UserId } from '@lego-moc/kernel/message';
import { openDatabase, type Database } from '@lego-moc/postgres/database';
import { streamDefinition } from '@lego-moc/read-models/definition';
import { latestRow } from '@lego-moc/read-models/latest-row';
import { postgresReadModels } from '@lego-moc/read-models/postgres/postgres-read-models';
import type { Projection } from '@lego-moc/read-models/projection';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import type { FlagReason, ImageEvent, ImageId } from '../../domain/image-events.ts';
import { noon } from '../../testing/gallery-in-memory.ts';
import { imageCodec } from '../event-store/gallery-codecs.ts';
import { galleryImages } from './gallery-images.ts';
import { moderationLog } from './moderation-log.ts';
import { moderationReader } from './moderation-reader.ts';

const SCHEMA = 'gallery_moderation';
const [ada, bob, mona] = ['ada', 'bob', 'mona'] as UserId[] as [UserId, UserId, UserId];
const at = (minute: number) => after(noon, minute * 60_000);
const DAY = 24 * 60;

describe('the report of moderators', function () {
  this.timeout(60_000);
  let db: Database;

  before(async () => {
    const postgres = await postgresForTests();
    db = openDatabase(await postgres.databaseUrl(SCHEMA), { schema: SCHEMA });
    closeAfterAllTests(() => db.close());
  });

  const streams = inMemoryStreams<ImageEvent>('image', () => noon);

  /** Saves the row of an image as the projection does. */
  const project = async <Row extends object>(projection: Projection<ImageEvent, Row>, imageId: ImageId) => {
    const definition = streamDefinition(projection, imageCodec);
    const store = postgresReadModels(db);
    const { generation } = await store.prepare(definition);
    const latest = await latestRow(projection, streams)(imageId);
    if (latest === undefined) return;
    const { id, revision, ...row } = latest;
    const next = { id, revision, updatedAt: noon, row: row as Readonly<Record<string, unknown>> };
    await store.save(definition, generation, [{ previous: undefined, next }]);
  };

  const upload = async (...after: ((imageId: ImageId) => ImageEvent)[]): Promise<void> => {
    const imageId = newId() as ImageId;
    const file = { name: 'crane.webp', mediaType: 'image/webp', sizeBytes: 9, sha256: '00' };
    const details = { title: 'Crane', description: '', tags: [], altText: '', licence: 'cc-by-nd-4.0' } as const;
    const events: readonly ImageEvent[] = [
      { type: 'ImageUploadBegun', data: { imageId, owner: ada, begunAt: noon } },
      {
        type: 'ImageUploaded',
        data: { imageId, owner: ada, file, ...details, visibility: 'public', uploadedAt: noon },
      },
      ...after.map((eventOf) => eventOf(imageId)),
    ];
    await streams.append(imageId, events, 'no-stream', { commandId: newId(), correlationId: newId(), actor: ada });
    await project(galleryImages, imageId);
    await project(moderationLog, imageId);
  };
  const flag =
    (minute: number, reason: FlagReason) =>
    (imageId: ImageId): ImageEvent => ({
      type: 'ImageFlagged',
      data: { imageId, flagger: bob, reason, words: 'Private words', trusted: false, flaggedAt: at(minute) },
    });
  const decide =
    (minute: number, decision: 'hide' | 'dismiss', rule: string) =>
    (imageId: ImageId): ImageEvent => ({
      type: 'ReviewDecided',
      data: { imageId, moderator: mona, decision, rule, reason: 'Private reason', decidedAt: at(minute) },
    });
  const appeal =
    (minute: number) =>
    (imageId: ImageId): ImageEvent => ({
      type: 'DecisionAppealed',
      data: { imageId, words: 'Private appeal', appealedAt: at(minute) },
    });
  const reverse =
    (minute: number) =>
    (imageId: ImageId): ImageEvent => ({
      type: 'DecisionReversed',
      data: { imageId, moderator: bob, reason: 'Private reason', reversedAt: at(minute) },
    });
  const claim =
    (minute: number) =>
    (imageId: ImageId): ImageEvent => ({
      type: 'ReviewClaimed',
      data: { imageId, moderator: mona, claimedAt: at(minute), until: at(minute + 15) },
    });

  it('adds up flags, decisions, reversals and waiting times since a moment, and the queue as it is', async () => {
    const reader = moderationReader(db);
    await upload();
    expect(await reader.report(noon, noon)).to.deep.equal({
      ...{ since: noon, flags: [], decisions: [], waitedSeconds: { median: null, p95: null } },
      queue: { images: 0, appeals: 0, claimed: 0, oldestSince: null },
    });

    await upload(flag(-2 * DAY, 'spam'), decide(-2 * DAY + 1, 'dismiss', 'no-spam'));
    await upload(flag(0, 'spam'), flag(1, 'offensive'), decide(2, 'hide', 'no-spam'), appeal(10), reverse(20));
    await upload(flag(0, 'spam'), decide(1, 'hide', 'no-spam'), appeal(3));
    await upload(flag(5, 'other'), claim(6));

    const report = await reader.report(at(-DAY), at(7));
    expect(report).to.deep.equal({
      since: at(-DAY),
      flags: [
        { reason: 'spam', count: 2 },
        { reason: 'offensive', count: 1 },
        { reason: 'other', count: 1 },
      ],
      decisions: [{ decision: 'hide', rule: 'no-spam', count: 2, reversals: 1 }],
      waitedSeconds: { median: 120, p95: 600 },
      queue: { images: 2, appeals: 1, claimed: 1, oldestSince: at(3) },
    });
    expect((await reader.report(at(-DAY), at(60))).queue.claimed).to.equal(0);
    expect(JSON.stringify(report)).not.to.match(/Private|ada|bob|mona/);
  });

  it('leaves how long an image had waited out of the public log', async () => {
    const { entries } = await moderationReader(db).log({ limit: 100 });
    expect(entries.length).to.be.greaterThan(2);
    for (const entry of entries)
      expect(Object.keys(entry)).to.have.members(['entryId', 'kind', 'decision', 'rule', 'reasons', 'at']);
  });
});
