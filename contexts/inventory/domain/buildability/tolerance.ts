/** How one part may stand in for another: another print, another mould of the same shape, another shape that fits. */
export const relations = ['mould', 'print', 'alternate'] as const;
export type Relation = (typeof relations)[number];

export const colourTolerances = ['same', 'family', 'any'] as const;
export type ColourTolerance = (typeof colourTolerances)[number];

/** The substitutes that a builder accepts. */
export type Tolerance = { readonly relations: readonly Relation[]; readonly colour: ColourTolerance };

export const EXACT: Tolerance = { relations: [], colour: 'same' };
/** Every substitute that can be explained. */
export const WIDEST: Tolerance = { relations, colour: 'any' };

/** One step from the needed part to the part that is there. */
export type RelationStep = { readonly relation: Relation; readonly part: string };

/** What differs between the needed piece and the piece that is there. */
export type Difference = { readonly path: readonly RelationStep[]; readonly colour: ColourTolerance };

/**
 * The price of a difference, in units that only compare: a builder sees another colour sooner than another part, an
 * alternate sooner than a print, and the mould last. No path of `STEPS_MAX` steps is as dear as another colour.
 */
export const STEP_COSTS: Readonly<Record<Relation, number>> = { mould: 1, print: 2, alternate: 4 };
const COLOUR_COSTS: Readonly<Record<ColourTolerance, number>> = { same: 0, family: 16, any: 32 };

/** A relation of a relation of a relation: further ones are no substitutes any more. */
export const STEPS_MAX = 3;

/** 0 for the very piece; higher is farther from it. */
export const costOf = ({ path, colour }: Difference): number =>
  path.reduce((sum, { relation }) => sum + STEP_COSTS[relation], COLOUR_COSTS[colour]);

export type Risk = 'none' | 'low' | 'medium' | 'high';

/** How likely the substitute is noticed, or does not fit. A colour that nobody sees is as good as the right one. */
export const riskOf = ({ path, colour }: Difference, isHidden: boolean): Risk => {
  if (path.some(({ relation }) => relation === 'alternate')) return path.length > 1 ? 'high' : 'medium';
  if (colour === 'any' && !isHidden) return 'high';
  if (colour === 'family' && !isHidden) return 'medium';
  return path.length > 0 || colour !== 'same' ? 'low' : 'none';
};
