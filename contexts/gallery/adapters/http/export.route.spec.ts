import { expect } from 'chai';
import type { RequestHandler } from 'express';
import request from 'supertest';
import { newId } from '@lego-moc/application/new-id';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { createApi } from '@lego-moc/http/api';
import { setCaller } from '@lego-moc/http/caller';
import type { UserId } from '@lego-moc/kernel/message';
import { silentLogger } from '@lego-moc/logger/logger';
import { createMetrics } from '@lego-moc/metrics/metrics';
import { exportGallery } from '../../application/export-gallery.ts';
import { flagImages } from '../../application/moderation.ts';
import { exportLine, type ExportLine } from '../../contracts/export-api.ts';
import type { AlbumId } from '../../domain/album-events.ts';
import type { FlaggerEvent } from '../../domain/flagger-events.ts';
import type { ImageId } from '../../domain/image-events.ts';
import { galleryInMemory, noon, persistentState } from '../../testing/gallery-in-memory.ts';
import { exportRoute } from './export.route.ts';
import { exportOwnGallery } from './settings-contracts.ts';

const [ada, bob, mona] = ['ada', 'bob', 'mona'] as UserId[] as [UserId, UserId, UserId];
const cause = () => ({ commandId: newId(), correlationId: newId(), actor: 'ada' });
const now = () => noon;

/** An image and an album of ada's; bob has flagged the image, and mona decided about it. */
const begin = async () => {
  const state = persistentState();
  const { images, albums, owners } = galleryInMemory(state);
  const [imageId, albumId] = [newId() as ImageId, newId() as AlbumId];
  await owners.begin(ada, { type: 'BeginImage', data: { imageId } }, cause());
  await images.handle(imageId, { type: 'BeginUpload', data: { imageId, by: ada, at: noon } }, cause());
  const file = { name: 'crane.webp', mediaType: 'image/webp', sizeBytes: 9, sha256: '00' };
  const details = { title: 'Crane', description: '', tags: [], altText: '', licence: 'cc-by-nd-4.0' } as const;
  const upload = { imageId, by: ada, file, details, visibility: 'public', at: noon } as const;
  await images.handle(imageId, { type: 'CompleteUpload', data: upload }, cause());
  await owners.begin(ada, { type: 'BeginAlbum', data: { albumId } }, cause());
  const album = { albumId, by: ada, title: 'Cranes', description: '', visibility: 'private', at: noon } as const;
  await albums.handle(albumId, { type: 'CreateAlbum', data: album }, cause());

  const flaggers = inMemoryStreams<FlaggerEvent>('flagger', now);
  const flagging = flagImages({ images, flaggers, hidesAt: 1, now });
  await flagging.flag({ imageId, by: bob, reason: 'spam', words: 'Bob’s words' }, cause());
  await images.handle(
    imageId,
    { type: 'ClaimReview', data: { imageId, by: mona, at: noon, until: '2026-01-01T12:15:00.000Z' as typeof noon } },
    cause(),
  );
  const verdict = { decision: 'hide', rule: 'no-spam', reason: 'Told to the owner' } as const;
  await images.handle(imageId, { type: 'DecideReview', data: { imageId, by: mona, ...verdict, at: noon } }, cause());

  const signIn: RequestHandler = (incoming, _response, next) => {
    setCaller(incoming, { user: { id: (incoming.get('x-user') ?? 'ada') as UserId, roles: [] } });
    next();
  };
  const read = exportGallery({ owners, flagging, images: state.images, albums: state.albums, now });
  const app = createApi({
    ...{ service: 'gallery', logger: silentLogger, contracts: [exportOwnGallery], checkReplies: true },
    metrics: createMetrics('gallery', { processMetrics: false }),
    routes: [signIn, exportRoute(read)],
  });
  return async (user: string): Promise<readonly ExportLine[]> => {
    const { text, headers } = await request(app).get('/v1/gallery/export').set('x-user', user).buffer().expect(200);
    expect(headers).to.include({ 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
    return text
      .trimEnd()
      .split('\n')
      .map((line) => exportLine.parse(JSON.parse(line)));
  };
};

const whatIn = (lines: readonly ExportLine[]) =>
  lines.flatMap((line) => ('what' in line ? [`${line.kind} ${line.what}`] : []));

describe('GET /v1/gallery/export', () => {
  it('gives every event of the images and albums of a user, without those who flagged or decided', async () => {
    const read = await begin();
    const lines = await read('ada');
    expect(lines[0]).to.deep.equal({ exportedAt: noon, images: 1, albums: 1, flags: 0 });
    expect(whatIn(lines)).to.deep.equal([
      ...['image ImageUploadBegun', 'image ImageUploaded', 'image ImageFlagged', 'image ImageHidden'],
      ...['image ReviewDecided', 'album AlbumCreated'],
    ]);
    expect(JSON.stringify(lines))
      .to.include('Told to the owner')
      .and.not.match(/bob|mona|Bob’s/);
  });

  it('gives a user the flags that they placed, and nothing else of the image', async () => {
    const read = await begin();
    const lines = await read('bob');
    expect(whatIn(lines)).to.deep.equal(['flag ImageFlagged']);
    expect(JSON.stringify(lines))
      .to.include('Bob’s words')
      .and.not.match(/"ada"|mona|Crane/);
  });

  it('has no more than its first line for somebody without anything', async () => {
    const read = await begin();
    expect(await read('eve')).to.deep.equal([{ exportedAt: noon, images: 0, albums: 0, flags: 0 }]);
  });
});
