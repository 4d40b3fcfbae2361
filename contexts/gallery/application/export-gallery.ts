import type { Clock } from '@lego-moc/application/clock';
import type { EventStreams, RecordedEvent } from '@lego-moc/application/event-streams';
import type { UserId } from '@lego-moc/kernel/message';
import type { ExportLine } from '../contracts/export-api.ts';
import type { AlbumEvent } from '../domain/album-events.ts';
import type { ImageEvent } from '../domain/image-events.ts';
import type { Flagging } from './moderation.ts';
import type { Owners } from './owners.ts';

export type ExportDependencies = {
  readonly owners: Pick<Owners, 'contents'>;
  readonly flagging: Pick<Flagging, 'flaggedBy'>;
  readonly images: Pick<EventStreams<ImageEvent>, 'readEvents'>;
  readonly albums: Pick<EventStreams<AlbumEvent>, 'readEvents'>;
  readonly now: Clock;
};

/** What the owner of an image is told of an event; nothing of those who flagged it or decided about it. */
const ownersPart = (event: ImageEvent): object | undefined => {
  switch (event.type) {
    case 'ImageFlagged': {
      const { imageId, reason, flaggedAt } = event.data;
      return { imageId, reason, flaggedAt };
    }
    case 'ReviewDecided': {
      const { imageId, decision, rule, reason, decidedAt } = event.data;
      return { imageId, decision, rule, reason, decidedAt };
    }
    case 'DecisionReversed': {
      const { imageId, reason, reversedAt } = event.data;
      return { imageId, reason, reversedAt };
    }
    case 'ReviewClaimed':
    case 'FlaggerForgotten':
      return undefined;
    default:
      return event.data;
  }
};

type StoredEvent = Pick<RecordedEvent<ImageEvent | AlbumEvent>, 'event' | 'revision' | 'recordedAt'>;

const lineOf = (
  kind: 'image' | 'album' | 'flag',
  id: string,
  { event, revision, recordedAt }: StoredEvent,
  data: object,
): ExportLine => ({ kind, id, revision: String(revision), what: event.type, recordedAt, data: { ...data } });

/** Everything that is stored of a user in this context, as it was recorded: one line first, then one for each event. */
export const exportGallery = ({ owners, flagging, images, albums, now }: ExportDependencies) =>
  async function* (user: UserId): AsyncGenerator<ExportLine> {
    const { imageIds, albumIds } = await owners.contents(user);
    const flaggedIds = await flagging.flaggedBy(user);
    yield { exportedAt: now(), images: imageIds.length, albums: albumIds.length, flags: flaggedIds.length };
    for (const imageId of imageIds)
      for await (const entry of images.readEvents(imageId)) {
        const data = ownersPart(entry.event);
        if (data !== undefined) yield lineOf('image', imageId, entry, data);
      }
    for (const albumId of albumIds)
      for await (const entry of albums.readEvents(albumId)) yield lineOf('album', albumId, entry, entry.event.data);
    for (const imageId of flaggedIds)
      for await (const entry of images.readEvents(imageId)) {
        const { event } = entry;
        if (event.type === 'ImageFlagged' && event.data.flagger === user)
          yield lineOf('flag', imageId, entry, event.data);
      }
  };
