import { z } from 'zod';
import {
  checkSetFields,
  describedReply,
  description,
  mocType,
  moreDetails,
  normaliseTag,
  releaseYear,
  setDetails,
  setNumber,
  tags,
  theme,
  title,
  TITLE_LENGTH_MAX,
} from './description-api.ts';
import { checkParentFields, parentFields, parentReply, relation } from './lineage-api.ts';

/** Images and albums of the gallery that a new MOC links; one that the owner cannot see is refused, with the MOC. */
const galleryIds = z.array(z.uuid().toLowerCase()).max(100);
const linkedItems = { galleryImages: galleryIds.optional(), galleryAlbums: galleryIds.optional() };

/** `POST /v1/mocs`: begins a MOC, or a set, without files. */
export const draftMocRequest = z
  .strictObject({
    title,
    description: description.default(''),
    theme: theme.default(''),
    tags: tags.default([]),
    type: mocType.default('moc'),
    ...moreDetails,
    ...setDetails,
    ...parentFields,
    ...linkedItems,
  })
  .superRefine(checkSetFields)
  .superRefine(checkParentFields);

/** `PATCH /v1/mocs/:mocId`: fields that are left out stay as they are. A MOC does not become a set. */
export const reviseMocRequest = z.strictObject({
  title: title.optional(),
  description: description.optional(),
  theme: theme.optional(),
  tags: tags.optional(),
  ...moreDetails,
  ...setDetails,
});

const once = <T extends z.ZodType>(field: T) => z.tuple([field]).transform(([only]) => only);

/** Of a field that may be sent several times, or once with commas. */
const severalValues = z
  .array(z.string())
  .default([])
  .transform((values) => values.flatMap((some) => some.split(',')).filter((value) => value.trim() !== ''));

/** The fields of `POST /v1/mocs/with-files`. */
export const uploadMocForm = z.strictObject({
  title: once(title),
  description: once(description).default(''),
  theme: once(theme).default(''),
  tags: severalValues.pipe(tags),
  galleryImages: severalValues.pipe(galleryIds),
  galleryAlbums: severalValues.pipe(galleryIds),
  type: once(mocType).default('moc'),
  subtheme: once(moreDetails.subtheme.unwrap()).optional(),
  author: once(moreDetails.author.unwrap()).optional(),
  licence: once(moreDetails.licence.unwrap()).optional(),
  parentMocId: once(parentFields.parentMocId.unwrap()).optional(),
  parentVersion: once(z.coerce.number().int().positive()).optional(),
  relation: once(relation).optional(),
  copyFiles: once(z.stringbool()).optional(),
  brand: once(setDetails.brand.unwrap()).optional(),
  setNumber: once(setNumber).optional(),
  releaseYear: once(releaseYear).optional(),
  retired: once(z.stringbool()).optional(),
});
export const uploadMocFields = uploadMocForm.superRefine(checkSetFields).superRefine(checkParentFields);

/** The fields of `POST /v1/mocs/:mocId/files` and `…/parts-lists`. Without a title a parts list is named for its file. */
export const addFilesFields = z.strictObject({
  title: z
    .tuple([title])
    .default([''])
    .transform(([only]) => only),
});

/** `POST …/files` with a file that the caller has stored by a direct upload; its purpose says what it is for. */
export const attachStoredFileRequest = z.strictObject({
  fileId: z.uuid(),
  /** Of the parts list, if it is one; else the file's name. */
  title: title.default(''),
});
export type AttachStoredFileRequest = z.output<typeof attachStoredFileRequest>;

/** The form of `PUT …/parts-lists/:partsListId` has one file, and no fields. */
export const replacePartsListFields = z.strictObject({});

/** The names of the file fields in a multipart form, as in the monolith, and their purposes. */
export const FILE_FIELDS = {
  instructionsFile: 'instruction',
  partsLists: 'parts-list',
  thumbnail: 'thumbnail',
  images: 'gallery-image',
} as const;

/** `PUT …/instructions/order`: the ids of all parts of the instructions. A MOC holds at most 100 files. */
export const instructionOrderRequest = z.strictObject({ order: z.array(z.uuid().toLowerCase()).max(100) });

/** `PUT …/parts-lists/:partsListId` as JSON: a description that is left out stays. */
export const revisePartsListRequest = z.strictObject({ title, description: description.optional() });

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

export const fileReply = z.object({
  fileId: z.uuid(),
  kind: z.enum(['instruction', 'parts-list', 'thumbnail', 'gallery-image']),
  /** The name that was sent, with the ending `.webp` for images, which are stored without metadata. */
  name: z.string(),
  mediaType: z.string(),
  sizeBytes: z.int().nonnegative(),
  sha256: z.string(),
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

/** A link to the gallery; `verified` is false while the gallery could not be asked. */
const galleryLink = { verified: z.boolean(), linkedAt: z.iso.datetime() };

export const linkImageRequest = z.strictObject({ imageId: z.uuid().toLowerCase() });
export const linkAlbumRequest = z.strictObject({ albumId: z.uuid().toLowerCase() });
export const galleryImageParams = z.object({ mocId: z.uuid(), imageId: z.uuid().toLowerCase() });
export const galleryAlbumParams = z.object({ mocId: z.uuid(), albumId: z.uuid().toLowerCase() });
export const galleryImagesReply = z.object({ images: z.array(z.object({ imageId: z.uuid(), ...galleryLink })) });
export const galleryAlbumsReply = z.object({ albums: z.array(z.object({ albumId: z.uuid(), ...galleryLink })) });

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

/**
 * `GET /v1/uploads/:uploadId`: `receiving` until all parts have arrived, `processing` until the files belong to the MOC,
 * then `filed`; `failed` when the upload was refused or interrupted, with the problem. A failed one leaves nothing behind.
 */
export const uploadReply = z.object({
  uploadId: z.uuid(),
  status: z.enum(['receiving', 'processing', 'filed', 'failed']),
  /** Null until the files are filed. */
  mocId: z.uuid().nullable(),
  problem: z.object({ type: z.string(), title: z.string(), status: z.int(), detail: z.string() }).optional(),
});
export type UploadReply = z.infer<typeof uploadReply>;

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
export const filesReply = z.object({ files: z.array(fileReply) });
/** Of an image, soon after its upload: what a page needs before it has loaded, and WebPs of 200 and 400 pixels. */
const linkedImage = z.object({
  width: z.int(),
  height: z.int(),
  /** See https://blurha.sh. */
  blurhash: z.string(),
  dominantColour: z.string(),
  /** Of a PDF: the image is its first page. */
  pages: z.int().positive().exactOptional(),
  renditions: z.array(z.object({ side: z.int(), width: z.int(), height: z.int(), size: z.int(), url: z.url() })),
});
export type LinkedImage = z.infer<typeof linkedImage>;

export const downloadReply = z.object({
  url: z.url(),
  expiresAt: z.iso.datetime(),
  /** Of images only: `pending` until their renditions were made, `failed` when they could not be. */
  renditions: z.enum(['pending', 'processed', 'failed']).exactOptional(),
  image: linkedImage.exactOptional(),
});
export type DownloadReply = z.infer<typeof downloadReply>;

const imageFile = { fileId: z.uuid(), kind: fileReply.shape.kind, name: z.string() };

/**
 * The parts of the instructions, in the order in which they were added or that their owner chose. `preview` is the image itself, or the first page of
 * a PDF, and null until it was made or when it cannot be made; `pages` is known of PDFs then.
 */
export const instructionsReply = z.object({
  /** Over all parts whose pages are known. */
  pages: z.int().nonnegative(),
  parts: z.array(fileReply.extend({ pages: z.int().positive().nullable(), preview: linkedImage.nullable() })),
});
export type InstructionsReply = z.infer<typeof instructionsReply>;

/** The images of a MOC in the order of its files: those that were processed, and those that were not or cannot be. */
export const imagesReply = z.object({
  images: z.array(linkedImage.extend(imageFile)),
  unprocessed: z.array(z.object({ ...imageFile, renditions: z.enum(['pending', 'failed']) })),
});
export type ImagesReply = z.infer<typeof imagesReply>;

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
