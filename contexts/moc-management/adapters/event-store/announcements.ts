import { entityId } from '@lego-moc/event-store/delivered-event';
import type { Announcement } from '@lego-moc/event-store/integration-events';
import type { DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import type { EventStreams } from '@lego-moc/application/event-streams';
import { stateCache } from '@lego-moc/application/state-cache';
import type { LivingMocPayload, MocManagementEventType, MocPayload } from '../../contracts/integration-events.ts';
import type { GalleryItem } from '../../domain/gallery-link-events.ts';
import type { MocEvent } from '../../domain/moc-events.ts';
import { evolveRow, publicRow, type MocRow } from '../../application/moc-row.ts';
import { mergeCompositions } from '../../domain/composition.ts';
import { coverOf } from '../../domain/gallery-links.ts';
import { jobsOf } from '../../domain/parts-lists.ts';

const DESCRIPTION_FIELDS = ['description', 'theme', 'tags', 'subtheme', 'author', 'licence', 'set'];

/** What follows from the counts of the parts lists. */
const COUNT_FIELDS = ['partsLists', 'totalPieces', 'colours', 'parts'];

const CONTENT = ['title', ...DESCRIPTION_FIELDS, 'files', ...COUNT_FIELDS];

const LINK_FIELDS = ['galleryImages', 'galleryAlbums', 'coverImageId'];

const CHANGES: Record<MocEvent['type'], { readonly eventType: MocManagementEventType; readonly changed: string[] }> = {
  MocDrafted: { eventType: 'moc.created', changed: ['title', ...DESCRIPTION_FIELDS] },
  MocRetitled: { eventType: 'moc.updated', changed: ['title'] },
  MocDescribed: { eventType: 'moc.updated', changed: DESCRIPTION_FIELDS },
  FileAttached: { eventType: 'moc.updated', changed: ['files'] },
  FileDetached: { eventType: 'moc.updated', changed: ['files'] },
  InstructionsOrdered: { eventType: 'moc.updated', changed: ['files'] },
  FileWithdrawn: { eventType: 'moc.updated', changed: ['files', ...COUNT_FIELDS] },
  MocPublished: { eventType: 'moc.updated', changed: ['status', 'publishedAt'] },
  VersionPublished: { eventType: 'moc.updated', changed: [...CONTENT, 'status', 'publishedAt', 'version'] },
  MocReverted: { eventType: 'moc.updated', changed: [] },
  PartsListed: { eventType: 'parts-list.updated', changed: ['partsLists'] },
  PartsListRetitled: { eventType: 'parts-list.updated', changed: ['partsLists'] },
  PartsListDescribed: { eventType: 'parts-list.updated', changed: ['partsLists'] },
  PartsCounted: { eventType: 'parts-list.updated', changed: COUNT_FIELDS },
  PartsFoundUnreadable: { eventType: 'parts-list.updated', changed: ['partsLists'] },
  PartsDecisionNeeded: { eventType: 'parts-list.updated', changed: ['partsLists'] },
  PartsReplacementListed: { eventType: 'parts-list.updated', changed: ['partsLists'] },
  PartsReplacementUndecided: { eventType: 'parts-list.updated', changed: ['partsLists'] },
  PartsReplacementRefused: { eventType: 'parts-list.updated', changed: ['partsLists'] },
  PartsReplaced: { eventType: 'parts-list.updated', changed: COUNT_FIELDS },
  PartsUnlisted: { eventType: 'parts-list.updated', changed: COUNT_FIELDS },
  GalleryItemLinked: { eventType: 'moc.updated', changed: LINK_FIELDS },
  GalleryLinkVerified: { eventType: 'moc.updated', changed: ['galleryImages', 'galleryAlbums'] },
  GalleryItemUnlinked: { eventType: 'moc.updated', changed: LINK_FIELDS },
  CoverChosen: { eventType: 'moc.updated', changed: ['coverImageId'] },
  SuccessorNamed: { eventType: 'moc.updated', changed: ['successor'] },
  MocDeleted: { eventType: 'moc.deleted', changed: [] },
};

type LinkedItems = Pick<LivingMocPayload, 'galleryImages' | 'galleryAlbums' | 'coverImageId'>;

/** The gallery's items that a MOC links, by kind; nothing of those it links none of. */
const galleryItems = ({ gallery_links: links }: MocRow): LinkedItems => {
  const idsOf = (kind: GalleryItem['kind']) => links.filter((link) => link.kind === kind).map(({ itemId }) => itemId);
  const [galleryImages, galleryAlbums] = [idsOf('image'), idsOf('album')];
  const coverImageId = coverOf(links);
  return {
    ...(galleryImages.length === 0 ? {} : { galleryImages }),
    ...(galleryAlbums.length === 0 ? {} : { galleryAlbums }),
    ...(coverImageId === null ? {} : { coverImageId }),
  };
};

const eventTypeOf = (event: MocEvent): MocManagementEventType =>
  event.type === 'GalleryItemLinked' ? `moc.gallery-${event.data.kind}-linked` : CHANGES[event.type].eventType;

/** Files that the MOC holds, for a draft or for versions, beyond those that are published. */
const otherFiles = (row: MocRow, visibleRow: MocRow): Pick<LivingMocPayload, 'otherFiles'> => {
  const files = new Set<string>(visibleRow.files.map(({ fileId }) => fileId));
  const others = [...new Set([...row.files.map(({ fileId }) => fileId), ...row.frozen_files])];
  const hiddenFiles = others.filter((fileId) => !files.has(fileId));
  return hiddenFiles.length === 0 ? {} : { otherFiles: hiddenFiles };
};

/** The jobs of parts lists in `before` that neither a list in `after` nor a version names. */
const releasedJobs = (before: MocRow | undefined, after: MocRow): Pick<LivingMocPayload, 'releasedJobs'> => {
  const neededJobs = new Set([...after.parts_lists.flatMap(jobsOf), ...after.frozen_jobs]);
  const jobs = (before?.parts_lists ?? []).flatMap(jobsOf).filter((jobId) => !neededJobs.has(jobId));
  return jobs.length === 0 ? {} : { releasedJobs: jobs };
};

/** Colours and parts of all counted lists together. */
const composition = ({ parts_lists: lists }: MocRow): Pick<LivingMocPayload, 'colours' | 'parts'> => {
  const compositions = lists.flatMap((list) => (list.status === 'counted' ? (list.count.composition ?? []) : []));
  if (compositions.length === 0) return {};
  const { colours, parts } = mergeCompositions(compositions);
  return { colours: [...colours], parts: [...parts] };
};

const livingPayload = (mocId: string, row: MocRow, changedFields: string[]): LivingMocPayload => ({
  status: row.status,
  mocId,
  owner: row.owner,
  title: row.title,
  description: row.description,
  theme: row.theme,
  tags: [...row.tags],
  type: row.type,
  licence: row.licence,
  ...(row.subtheme === '' ? {} : { subtheme: row.subtheme }),
  ...(row.author === '' ? {} : { author: row.author }),
  ...(row.set_details === null ? {} : { set: row.set_details }),
  totalPieces: row.total_pieces,
  partsLists: row.parts_lists.map((list) => ({
    partsListId: list.partsListId,
    title: list.title,
    status: list.status,
    lots: list.status === 'counted' ? list.count.lots : 0,
    pieces: list.status === 'counted' ? list.count.pieces : 0,
  })),
  ...composition(row),
  files: row.files.map(({ fileId, kind, name }) => ({ fileId, kind, name })),
  createdAt: row.created_at,
  publishedAt: row.published_at,
  version: row.version,
  ...(row.successor === null ? {} : { successor: row.successor }),
  changed: changedFields,
});

/** Rows of MOCs whose events are published now. In characters of JSON. */
const ROWS_BYTES_MAX = 4 * 1024 * 1024;

/**
 * The integration event for a private event: the MOC as it was after it. Reads only the events after the last published
 * one, as long as events of a MOC come in order.
 */
export const announceMoc = (streams: EventStreams<MocEvent>) => {
  const rows = stateCache<MocRow | undefined>(ROWS_BYTES_MAX);

  return async ({ stream, revision }: DeliveredEvent): Promise<readonly Announcement[]> => {
    const mocId = entityId(stream);
    const entry = rows.get(mocId);
    const usable = entry !== undefined && entry.revision !== 'no-stream' && entry.revision < revision;
    let before = usable ? entry.state : undefined;
    for await (const recordedEvent of streams.readEvents(mocId, usable ? entry.revision + 1n : 0n)) {
      const { event } = recordedEvent;
      if (recordedEvent.revision > revision) return [];
      const row = evolveRow(before, event);
      if (recordedEvent.revision === revision) {
        rows.put(mocId, { state: row, revision });
        const { changed } = CHANGES[event.type];
        const eventType = eventTypeOf(event);
        const payload = payloadAfter(mocId, before, event, changed);
        return payload === undefined ? [] : [{ eventType, subject: mocId, revision: String(revision), payload }];
      }
      before = row;
    }
    return [];
  };
};

const payloadAfter = (
  mocId: string,
  before: MocRow | undefined,
  event: MocEvent,
  changedFields: string[],
): MocPayload | undefined => {
  if (event.type === 'MocDeleted') {
    const { deletedAt } = event.data;
    return before === undefined ? undefined : { status: 'deleted', mocId, owner: before.owner, deletedAt };
  }
  const row = evolveRow(before, event);
  if (row === undefined) return undefined;
  // Changes of a published MOC are its owner's until they are published.
  const visibleRow = publicRow(row) ?? row;
  const isPrivate = row.version > 0 && event.type !== 'VersionPublished' && event.type !== 'FileWithdrawn';
  const visible = isPrivate ? changedFields.filter((name) => !CONTENT.includes(name)) : changedFields;
  return {
    ...livingPayload(mocId, visibleRow, visible),
    ...galleryItems(row),
    ...otherFiles(row, visibleRow),
    ...releasedJobs(before, row),
  };
};
