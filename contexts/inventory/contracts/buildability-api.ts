import { z } from 'zod';
import { LOTS_PER_REQUEST_MAX, piece, pieceReply } from './pieces.ts';

/** As many MOCs as one question may be about. */
export const MOCS_MAX = 100;

const relation = z.enum(['mould', 'print', 'alternate']);
const colourTolerance = z.enum(['same', 'family', 'any']);

/** The substitutes that are accepted: parts of another mould or print, alternates; colours of the family, or any. */
export const tolerance = z.strictObject({
  relations: z.array(relation).max(3).default([]),
  colour: colourTolerance.default('same'),
});

/** A lot of a MOC, by its piece. A hidden one has the tolerance for hidden lots, unless it has its own. */
const lotChoice = z.strictObject({
  ...piece,
  hidden: z.boolean().default(false),
  tolerance: tolerance.optional(),
});

const mocQuestion = z.strictObject({
  mocId: z.uuid().toLowerCase(),
  tolerance: tolerance.optional(),
  hiddenTolerance: tolerance.optional(),
  lots: z.array(lotChoice).max(LOTS_PER_REQUEST_MAX).default([]),
});

/** The MOCs of a question, each once; the first is served first. */
export const mocQuestions = z
  .array(mocQuestion)
  .max(MOCS_MAX)
  .refine((mocs) => new Set(mocs.map(({ mocId }) => mocId)).size === mocs.length, 'names a MOC twice');

const defaultTolerances = {
  tolerance: tolerance.default({ relations: [], colour: 'same' }),
  hiddenTolerance: tolerance.default({ relations: [], colour: 'any' }),
};

/** What every question about buildability has. `ignore` takes pieces that are reserved for other models as well. */
export const buildQuestion = {
  mocs: mocQuestions.min(1),
  ...defaultTolerances,
  reservations: z.enum(['respect', 'ignore']).default('respect'),
};

/** `POST /v1/buildability`. `show` says which lots the reply has. */
export const buildabilityRequest = z.strictObject({
  ...buildQuestion,
  show: z.enum(['all', 'missing', 'none']).default('all'),
});
export type BuildabilityRequest = z.infer<typeof buildabilityRequest>;

/** Of how many, how many; the percentage is rounded down, so that 100 means that nothing is missing. */
const share = z.object({ needed: z.int(), available: z.int(), percentage: z.int() });
export const progressReply = z.object({ lots: share, pieces: share });

/** The relations that lead from the needed part to this one, and how the colour differs. */
const difference = {
  path: z.array(z.object({ relation, number: z.string() })),
  colourDifference: colourTolerance,
};

/** Pieces to build with, and where they are. */
const sourceReply = pieceReply.extend({
  quantity: z.int(),
  places: z.array(z.object({ holding: z.string(), quantity: z.int() })),
  ...difference,
  risk: z.enum(['none', 'low', 'medium', 'high']),
});

/** Pieces that lost: a nearer choice served, other lots need them, another model has them, or the tolerance is too narrow. */
const otherChoiceReply = pieceReply.extend({
  quantity: z.int(),
  ...difference,
  reason: z.enum(['farther', 'used-by-other-lots', 'reserved', 'outside-tolerance']),
  usedBy: z.array(pieceReply.extend({ mocId: z.string() })),
});

const lotResult = pieceReply.extend({
  needed: z.int(),
  available: z.int(),
  hidden: z.boolean(),
  sources: z.array(sourceReply),
  others: z.array(otherChoiceReply),
  othersLeftOut: z.int(),
});

/** The release of the catalogue and the revision of the caller's pieces that a reply is about. */
export const basis = { catalogueRelease: z.string(), inventoryRevision: z.string() };

export const buildabilityReply = z.object({
  ...basis,
  progress: progressReply,
  mocs: z.array(
    z.object({
      mocId: z.string(),
      title: z.string(),
      revision: z.string(),
      /** Lists of the MOC that are not in the percentages. */
      uncountedLists: z.int(),
      progress: progressReply,
      lots: z.array(lotResult),
    }),
  ),
});
export type BuildabilityReply = z.infer<typeof buildabilityReply>;

const relations = z
  .string()
  .max(40)
  .default('')
  .transform((names) => names.split(',').filter((name) => name !== ''))
  .pipe(z.array(relation).max(3));
export const acceptance = { relations, colour: colourTolerance.default('same') };

/** `GET /v1/inventory/buildable`: each MOC as if it were built alone. */
export const buildableQuery = z.object({
  scope: z.enum(['own', 'published']).default('own'),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(MOCS_MAX).default(50),
  ...acceptance,
});

const buildableMoc = z.object({ mocId: z.string(), title: z.string(), progress: progressReply });

/** MOCs of the page that have lots, the most complete first; `nextCursor` leads to older MOCs. */
export const buildableReply = z.object({ ...basis, mocs: z.array(buildableMoc), nextCursor: z.string().nullable() });

/** `GET /v1/buildable-percentages?mocs=`, for services on behalf of a user. MOCs without lots and hidden ones are left out. */
export const percentagesQuery = z.object({
  mocs: z
    .string()
    .max(MOCS_MAX * 37)
    .transform((ids) => ids.split(','))
    .pipe(z.array(z.uuid().toLowerCase()).min(1).max(MOCS_MAX))
    .transform((ids) => [...new Set(ids)]),
  ...acceptance,
});
export const percentagesReply = z.object({
  ...basis,
  mocs: z.array(z.object({ mocId: z.string(), lots: z.int(), pieces: z.int() })),
});
export type PercentagesReply = z.infer<typeof percentagesReply>;
