import { z } from 'zod';

/** The stream of MOC management's integration events. The subject of its events is the MOC. */
export const MOC_MANAGEMENT_EVENTS = 'integration-moc-management';

/** A parts list of a MOC; `lots` and `pieces` are 0 until it is counted. */
export const publicPartsList = z.object({
  partsListId: z.uuid(),
  title: z.string(),
  status: z.enum(['processing', 'needs-decision', 'counted', 'unreadable']),
  lots: z.int().nonnegative(),
  pieces: z.int().nonnegative(),
});

export const publicFile = z.object({
  fileId: z.uuid(),
  kind: z.enum(['instruction', 'parts-list', 'thumbnail', 'gallery-image']),
  name: z.string(),
});

/**
 * The MOC after the event, whichever event it was: a consumer that keeps the highest revision has the whole public
 * state; of a published MOC that is its last version. `changed` names the members that the event changed. The event of a deleted MOC has its id and owner only.
 */
export const mocPayload = z.discriminatedUnion('status', [
  z.object({
    status: z.enum(['draft', 'published']),
    mocId: z.uuid(),
    owner: z.string(),
    title: z.string(),
    description: z.string(),
    theme: z.string(),
    tags: z.array(z.string()),
    /** Absent in older events, of which all are about MOCs. */
    type: z.enum(['moc', 'set']).optional(),
    subtheme: z.string().optional(),
    author: z.string().optional(),
    licence: z.string().optional(),
    set: z
      .object({
        brand: z.string(),
        number: z.string(),
        releaseYear: z.int().optional(),
        retired: z.boolean(),
      })
      .optional(),
    totalPieces: z.int().nonnegative(),
    partsLists: z.array(publicPartsList),
    /** The colours of most pieces of the counted lists, at most 12; absent in older events and without counted lists. */
    colours: z.array(z.object({ id: z.string(), name: z.string(), pieces: z.int() })).optional(),
    /**
     * A sample of at most 48 part numbers of the counted lists, the most telling first: MOCs that share parts share them
     * in their samples, too. Absent as `colours`.
     */
    parts: z.array(z.string()).optional(),
    files: z.array(publicFile),
    createdAt: z.iso.datetime(),
    publishedAt: z.iso.datetime().nullable(),
    /** The number of the last published version, 0 for none; absent in older events. */
    version: z.int().nonnegative().optional(),
    /** The MOC that takes its place, if any does. */
    successor: z.uuid().optional(),
    changed: z.array(z.string()),
    /** Files that the MOC holds for former versions and unpublished changes; nobody else may be shown them. */
    otherFiles: z.array(z.uuid()).optional(),
    /** Jobs of file processing whose parts lists the event took away: nobody can reach what they found. */
    releasedJobs: z.array(z.uuid()).optional(),
    /** Images and albums of the gallery that it links, if any. */
    galleryImages: z.array(z.uuid()).optional(),
    galleryAlbums: z.array(z.uuid()).optional(),
    /** The image among them that stands for it; absent in older events and without images. */
    coverImageId: z.uuid().optional(),
  }),
  z.object({ status: z.literal('deleted'), mocId: z.uuid(), owner: z.string(), deletedAt: z.iso.datetime() }),
]);

export type MocPayload = z.infer<typeof mocPayload>;
export type LivingMocPayload = Exclude<MocPayload, { status: 'deleted' }>;

/** Payload by event type. */
export const mocManagementPayloads = {
  'moc.created': mocPayload,
  'moc.updated': mocPayload,
  'moc.gallery-image-linked': mocPayload,
  'moc.gallery-album-linked': mocPayload,
  'parts-list.updated': mocPayload,
  'moc.deleted': mocPayload,
} as const;

export type MocManagementEventType = keyof typeof mocManagementPayloads;
