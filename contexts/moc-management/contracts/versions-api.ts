import { z } from 'zod';
import { exportTargets } from '@lego-moc/file-processing/contracts/export-api';
import { describedReply } from './description-api.ts';
import { fileReply } from './files-api.ts';
import { partsListReply } from './http-api.ts';

/** The number of a version, from 1, `newest`, or `draft` for the owner's draft. What is neither is a version that is not there. */
const version = z.string().max(40);

export const versionParams = z.object({ mocId: z.uuid(), version });
export const versionFileParams = versionParams.extend({ fileId: z.uuid() });
export const diffParams = z.object({ mocId: z.uuid(), from: version, to: version });

const versionSummary = z.object({
  version: z.int().positive(),
  publishedAt: z.iso.datetime(),
  title: z.string(),
  totalPieces: z.int().nonnegative(),
});

/** `GET /v1/mocs/:mocId/versions`: oldest first; at most 100. */
export const versionsReply = z.object({ versions: z.array(versionSummary) });

/** The content of a version, as it was published; `version` is null for the draft. */
export const versionReply = z.object({
  version: z.int().positive().nullable(),
  publishedAt: z.iso.datetime().nullable(),
  title: z.string(),
  ...describedReply,
  totalPieces: z.int().nonnegative(),
  partsLists: z.array(partsListReply),
  files: z.array(fileReply),
});

/**
 * A lot that is needed. `part` and `colour` are those of the catalogue, where it has them, and else as they are written
 * behind `written:`; `partNumber` is the number in the list.
 */
const lot = z.object({
  /** `P` for a part, `S` for a set, `M` for a minifig. */
  itemType: z.string(),
  part: z.string(),
  partNumber: z.string(),
  partName: z.string().nullable(),
  colour: z.string(),
  colourName: z.string().nullable(),
  quantity: z.int().positive(),
});

const listName = z.object({ partsListId: z.uuid(), title: z.string() });

/** `GET /v1/mocs/:mocId/versions/:from/diff/:to`. A part that the catalogue renamed is `renamed`, and no other change. */
export const diffReply = z.object({
  from: z.int().positive().nullable(),
  to: z.int().positive().nullable(),
  text: z.array(z.object({ field: z.string(), from: z.unknown(), to: z.unknown() })),
  files: z.object({
    added: z.array(fileReply),
    removed: z.array(fileReply),
    /** The parts of the instructions that both have, when they come in another order; else null. */
    instructionOrder: z.object({ from: z.array(z.uuid()), to: z.array(z.uuid()) }).nullable(),
  }),
  partsLists: z.object({ added: z.array(listName), removed: z.array(listName) }),
  parts: z.object({
    added: z.array(lot),
    removed: z.array(lot),
    recoloured: z.array(z.object({ from: lot, to: lot, quantity: z.int().positive() })),
    quantity: z.array(z.object({ lot, from: z.int(), to: z.int() })),
    renamed: z.array(z.object({ lot, from: z.string(), to: z.string() })),
  }),
});

/**
 * `GET /v1/mocs/:mocId/versions/:version/rebuy?to=`: for whoever has the parts of the one and builds the other, which is
 * the newest unless `to` names it.
 */
export const rebuyQuery = z.object({ to: version.optional() });
const lots = z.object({ lots: z.int().nonnegative(), pieces: z.int().nonnegative(), items: z.array(lot) });
export const rebuyReply = z.object({ buy: lots, leftOver: lots });

/** `GET …/rebuy/export`: what is to be bought, or what is left over. */
export const rebuyExportQuery = rebuyQuery.extend({
  list: z.enum(['buy', 'left-over']).default('buy'),
  target: z.enum(exportTargets),
});

/** `PUT /v1/mocs/:mocId/last-seen`. */
export const markSeenRequest = z.strictObject({ version: z.int().positive() });

/** `GET /v1/mocs/:mocId/last-seen`: 0 for none; `isChanged` when there is a version that the reader has not seen. */
export const lastSeenReply = z.object({
  lastSeen: z.int().nonnegative(),
  current: z.int().nonnegative(),
  isChanged: z.boolean(),
});
