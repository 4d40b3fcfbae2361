import { z } from 'zod';

/** How a MOC was made of another: changed, or built anew of the same parts. */
export const relation = z.enum(['fork', 'alternate-build']);

/** The version that a MOC is made of. Its licence has to permit that, unless it is the owner's own. */
export const parentFields = {
  parentMocId: z.uuid().toLowerCase().optional(),
  parentVersion: z.int().positive().optional(),
  relation: relation.optional(),
  /** Whether the new MOC gets copies of the files and parts lists of that version. */
  copyFiles: z.boolean().optional(),
};

/** Refuses a part of a parent's name. */
export const checkParentFields = (
  fields: {
    readonly parentMocId?: unknown;
    readonly parentVersion?: unknown;
    readonly relation?: unknown;
    readonly copyFiles?: unknown;
  },
  context: z.RefinementCtx,
): void => {
  const names = ['parentMocId', 'parentVersion', 'relation'] as const;
  const missing = names.slice(0, 2).filter((name) => fields[name] === undefined);
  if (missing.length === 2 && fields.relation === undefined && fields.copyFiles !== true) return;
  for (const name of missing)
    context.addIssue({ code: 'custom', path: [name], message: 'a parent is named by parentMocId and parentVersion' });
};

const version = { mocId: z.uuid(), version: z.int().positive(), relation };

/** A version that the MOC was made of. `title` and `owner` are null once the owner is erased. */
const credit = z.object({
  ...version,
  title: z.string().nullable(),
  owner: z.string().nullable(),
  licence: z.string(),
  /** Whether the MOC is there for the reader. */
  isAvailable: z.boolean(),
});

/** A MOC that was made of this one; `parentMocId` is what it was made of directly, at `depth` 1 this one. */
const descendant = z.object({
  mocId: z.uuid(),
  title: z.string(),
  owner: z.string(),
  parentMocId: z.uuid(),
  parentVersion: z.int().positive(),
  relation,
  depth: z.int().positive(),
});

/** `GET /v1/mocs/:mocId/lineage`: `isComplete` is false when there are more descendants than are shown. */
export const lineageReply = z.object({
  /** The nearest first; at most 20. */
  ancestors: z.array(credit),
  /** The oldest first; at most 200. */
  descendants: z.array(descendant),
  isComplete: z.boolean(),
});

/** `PUT /v1/mocs/:mocId/successor`. */
export const successorRequest = z.strictObject({ mocId: z.uuid().toLowerCase() });

/** What a MOC was made of, in its reply; the credit is in its lineage. */
export const parentReply = z.object(version).nullable();
