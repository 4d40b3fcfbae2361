import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MatchersV3, MessageProviderPact, PactV4 } from '@pact-foundation/pact';
import { expect } from 'chai';
import { foldedStates } from '@lego-moc/application/folded-states';
import { newId } from '@lego-moc/application/new-id';
import type { Cause } from '@lego-moc/application/event-streams';
import type { DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { integrationEnvelope } from '@lego-moc/event-store/integration-events';
import { toIntegrationEvents } from '@lego-moc/event-store/to-integration-events';
import { galleryPayload } from '@lego-moc/gallery/contracts/integration-events';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { announceGallery } from '../../contexts/gallery/adapters/event-store/announcements.ts';
import type { AlbumEvent, AlbumId } from '../../contexts/gallery/domain/album-events.ts';
import type { ImageEvent, ImageId } from '../../contexts/gallery/domain/image-events.ts';
import { followDeletions } from '../../contexts/moc-management/application/gallery-deletions.ts';
import { galleryLinking } from '../../contexts/moc-management/application/gallery-linking.ts';
import type { LinkedItemEvent } from '../../contexts/moc-management/domain/linked-item.ts';
import { mocDecider } from '../../contexts/moc-management/domain/moc.ts';
import type { MocEvent, MocId } from '../../contexts/moc-management/domain/moc-events.ts';
import { expectOnRecord, pactPath } from './providers.ts';

const { equal, iso8601DateTimeWithMillis, regex, string, uuid } = MatchersV3;

const PARTIES = { consumer: 'moc-management', provider: 'gallery-events' };
const ITEM = '0190d1c5-6f00-4000-8000-000000000041';
const ada = 'ada' as UserId;
const noon = '2026-01-01T12:00:00.000Z' as Instant;
const because = (): Cause => ({ commandId: newId(), correlationId: newId(), actor: ada });

const KINDS = ['image', 'album'] as const;
type Kind = (typeof KINDS)[number];

const nameOf = (kind: Kind): string => `${kind}.deleted`;

/** What MOC management relies on of the event. */
const deletion = (kind: Kind) => ({
  eventType: equal(nameOf(kind)),
  eventId: uuid('0190d1c5-6f00-4000-8000-000000000043'),
  timestamp: iso8601DateTimeWithMillis(noon),
  correlationId: string('c-1'),
  source: equal('gallery'),
  subject: uuid(ITEM),
  revision: regex('^\\d+$', '2'),
  payload: {
    kind: equal(kind),
    status: equal('deleted'),
    [`${kind}Id`]: uuid(ITEM),
    owner: string(ada),
    deletedAt: iso8601DateTimeWithMillis(noon),
  },
});

/** A MOC that links the item, and what it does about events of the gallery. */
const linkedMoc = async (kind: Kind) => {
  const mocId = newId() as MocId;
  const { handle: mocs, latest } = foldedStates(mocDecider, inMemoryStreams<MocEvent>('moc'));
  const linking = galleryLinking({
    ...{ mocs, linkedItems: inMemoryStreams<LinkedItemEvent>('linkedItem'), now: () => noon },
    gallery: { existing: (_, itemIds) => Promise.resolve(new Set(itemIds)) },
  });
  const draft = { mocId, by: ada, at: noon, title: 'Crane', description: '', theme: '', tags: [] };
  await mocs(mocId, { type: 'DraftMoc', data: { ...draft, files: [], partsLists: [] } }, because());
  await linking.link({ kind, itemId: ITEM, mocId, by: ada }, because());
  const links = async () => {
    const { state } = await latest(mocId);
    return 'galleryLinks' in state ? state.galleryLinks.map(({ itemId }) => itemId) : [];
  };
  return { follow: followDeletions(linking), links };
};

/** The event that the gallery publishes about a deleted image or album. */
const publishedDeletion = async (kind: Kind): Promise<unknown> => {
  const images = inMemoryStreams<ImageEvent>('image', () => noon);
  const albums = inMemoryStreams<AlbumEvent>('album', () => noon);
  const texts = { title: 'Crane', description: '' };
  const details = { ...texts, tags: [], altText: '', licence: 'cc0-1.0' } as const;
  const file = { name: 'a.webp', mediaType: 'image/webp', sizeBytes: 7, sha256: 'x' };
  const [imageId, albumId] = [ITEM as ImageId, ITEM as AlbumId];
  const imageEvents: readonly ImageEvent[] = [
    { type: 'ImageUploadBegun', data: { imageId, owner: ada, begunAt: noon } },
    { type: 'ImageUploaded', data: { imageId, owner: ada, file, ...details, visibility: 'private', uploadedAt: noon } },
    { type: 'ImageDeleted', data: { imageId, deletedAt: noon } },
  ];
  const albumEvents: readonly AlbumEvent[] = [
    { type: 'AlbumCreated', data: { albumId, owner: ada, ...texts, visibility: 'private', createdAt: noon } },
    { type: 'AlbumDeleted', data: { albumId, deletedAt: noon } },
  ];
  await images.append(imageId, imageEvents, 'any', because());
  await albums.append(albumId, albumEvents, 'any', because());
  const revision = BigInt((kind === 'image' ? imageEvents : albumEvents).length - 1);
  const event = {
    stream: `${kind}-${ITEM}`,
    revision,
    eventId: newId(),
    recordedAt: noon,
    position: 1n,
    cause: because(),
  };
  const deliveredEvent = event as unknown as DeliveredEvent;
  const [pending] = toIntegrationEvents(
    'gallery',
    deliveredEvent,
    await announceGallery(images, albums)(deliveredEvent),
  );
  return pending?.event.data;
};

describe('MOC management as a reader of what the gallery publishes', function () {
  this.timeout(30_000);
  const dir = mkdtempSync(join(tmpdir(), 'pact-'));
  const pact = new PactV4({ ...PARTIES, dir, logLevel: 'error' });

  after(() => rmSync(dir, { recursive: true, force: true }));

  for (const kind of KINDS)
    it(`removes its link to an ${kind} that was deleted`, async () => {
      const { follow, links } = await linkedMoc(kind);
      expect(await links()).to.deep.equal([ITEM]);
      await pact
        .addAsynchronousInteraction()
        .expectsToReceive(nameOf(kind), (message) => message.withJSONContent(deletion(kind)))
        .executeTest(async ({ contents: { content } }) => {
          await follow(integrationEnvelope(galleryPayload).parse(content).payload, because());
        });
      expect(await links()).to.deep.equal([]);
    });

  it('matches the contract on record', () => {
    expectOnRecord(PARTIES, dir);
  });

  it('gets from the gallery what the contract says', async () => {
    await new MessageProviderPact({
      provider: PARTIES.provider,
      pactUrls: [pactPath(PARTIES)],
      logLevel: 'error',
      messageProviders: Object.fromEntries(KINDS.map((kind) => [nameOf(kind), () => publishedDeletion(kind)])),
    }).verify();
  });
});
