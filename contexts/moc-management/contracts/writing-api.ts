import { z } from 'zod';
import {
  checkSetFields,
  description,
  mocType,
  moreDetails,
  releaseYear,
  setDetails,
  setNumber,
  tags,
  theme,
  title,
} from './description-api.ts';
import { checkParentFields, parentFields, relation } from './lineage-api.ts';

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
