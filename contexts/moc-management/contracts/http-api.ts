import { z } from 'zod';
import { describedReply, mocType, normaliseTag, releaseYear, TITLE_LENGTH_MAX } from './description-api.ts';
import { fileReply } from './files-api.ts';
import { galleryLink } from './gallery-links-api.ts';
import { parentReply } from './lineage-api.ts';

export const uploadParams = z.object({ uploadId: z.uuid() });
export const mocParams = z.object({ mocId: z.uuid() });
export const partsListParams = z.object({ mocId: z.uuid(), partsListId: z.uuid() });
export const fileParams = z.object({ mocId: z.uuid(), fileId: z.uuid() });

/** `atLeastRevision` is the ETag of an earlier reply: the answer is no older than that. */
export const readMocQuery = z.object({ atLeastRevision: z.coerce.bigint().nonnegative().optional() });

/** `GET /v1/mocs`: the caller's own, newest first; with `scope=published` everybody's. */
export const listMocsQuery = z.object({
  scope: z.enum(['own', 'published']).default('own'),
  status: z.enum(['draft', 'published']).optional(),
  type: mocType.optional(),
  theme: z.string().max(100).optional(),
  subtheme: z.string().max(100).optional(),
  author: z.string().max(100).optional(),
  tag: z.string().max(50).transform(normaliseTag).optional(),
  brand: z.string().max(100).optional(),
  setNumber: z.string().max(50).optional(),
  releaseYear: releaseYear.optional(),
  retired: z.stringbool().optional(),
  title: z.string().max(TITLE_LENGTH_MAX).optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});
export type ListMocsQuery = z.infer<typeof listMocsQuery>;

export const historyQuery = z.object({
  cursor: z.coerce.bigint().nonnegative().default(0n),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

/**
 * Counts are null until the list is counted; `code` and `because` are there when it is unreadable, `decisionUrl` when its
 * owner has to say whose colour ids it uses.
 */
export const partsListReply = z.object({
  partsListId: z.uuid(),
  title: z.string(),
  description: z.string().default(''),
  status: z.enum(['processing', 'needs-decision', 'counted', 'unreadable']),
  fileId: z.uuid(),
  /** The job at file processing that reads it; its lots are read there. */
  jobId: z.uuid(),
  lots: z.int().nullable(),
  pieces: z.int().nullable(),
  unknownParts: z.int().nullable(),
  unknownColours: z.int().nullable(),
  /** Lots that are not counted in `pieces`; the job has them under `/lots?problems=true`, with what is wrong. */
  problemLots: z.int().nullable(),
  /** The first parts list of the MOC with the same content, when this one repeats it. */
  duplicateOf: z.uuid().nullable(),
  code: z.string().optional(),
  because: z.string().optional(),
  /**
   * The decision's URL for the owner: `POST` with the colour scheme or the columns. The job, without `/decision`, shows what is asked.
   */
  decisionUrl: z.string().optional(),
  /** The file that was sent to take the list's place, until it does; an unreadable one never will. */
  replacement: z
    .object({
      status: z.enum(['processing', 'needs-decision', 'unreadable']),
      fileId: z.uuid(),
      jobId: z.uuid(),
      code: z.string().optional(),
      because: z.string().optional(),
      decisionUrl: z.string().optional(),
    })
    .optional(),
});

const withdrawnFileReply = z.object({
  fileId: z.uuid(),
  kind: fileReply.shape.kind,
  name: z.string(),
  /** What the virus scanner calls it. */
  infectedWith: z.string(),
  because: z.string(),
  withdrawnAt: z.iso.datetime(),
});

export const mocReply = z.object({
  mocId: z.uuid(),
  owner: z.string(),
  title: z.string(),
  ...describedReply,
  status: z.enum(['draft', 'published']),
  totalPieces: z.int().nonnegative(),
  partsLists: z.array(partsListReply),
  files: z.array(fileReply),
  /** The version that it was made of. */
  parent: parentReply,
  /** The MOC that takes its place, as its owner says; null while none does. */
  successor: z.uuid().nullable().default(null),
  /** Images and albums of the gallery. */
  galleryLinks: z.array(z.object({ kind: z.enum(['image', 'album']), itemId: z.uuid(), ...galleryLink })),
  /** The linked image that stands for it: the one that its owner chose, else the first; null without linked images. */
  coverImageId: z.uuid().nullable().default(null),
  /** The latest files that were deleted for a virus which a later scan found; for the owner, others see none. */
  withdrawnFiles: z.array(withdrawnFileReply),
  createdAt: z.iso.datetime(),
  /** When it was published first. */
  publishedAt: z.iso.datetime().nullable(),
  /** The number of the last published version, which is what readers see; 0 for none. */
  version: z.int().nonnegative(),
  versionPublishedAt: z.iso.datetime().nullable(),
  /** Whether its owner sees something else than readers; false for readers. */
  hasUnpublishedChanges: z.boolean(),
  /** The revision of the MOC's stream in this reply, as a decimal string. */
  revision: z.string(),
});
export type MocReply = z.infer<typeof mocReply>;

/** As many MOCs as another service may look up at once. */
export const LOOKED_UP_MOCS_MAX = 100;

/** `GET /v1/moc-lookups?mocs=`, for services on behalf of a user. */
export const mocLookupQuery = z.object({
  mocs: z
    .string()
    .max(LOOKED_UP_MOCS_MAX * 37)
    .transform((ids) => ids.split(','))
    .pipe(z.array(z.uuid().toLowerCase()).min(1).max(LOOKED_UP_MOCS_MAX))
    .transform((ids) => [...new Set(ids)]),
});

/** The MOCs that the user may see, with their parts lists; others are left out. */
export const mocLookupReply = z.object({
  mocs: z.array(mocReply.pick({ mocId: true, title: true, revision: true, partsLists: true })),
});
export type MocLookupReply = z.infer<typeof mocLookupReply>;

export const mocListReply = z.object({ mocs: z.array(mocReply), nextCursor: z.string().nullable() });
export const partsListsReply = z.object({ partsLists: z.array(partsListReply) });
/** One event of a MOC's history: what happened, when it was recorded, and who or what caused it. */
export const historyReply = z.object({
  events: z.array(
    z.object({
      revision: z.string(),
      type: z.string(),
      data: z.record(z.string(), z.unknown()),
      recordedAt: z.iso.datetime(),
      actor: z.string(),
      correlationId: z.string(),
    }),
  ),
  nextCursor: z.string().nullable(),
});
