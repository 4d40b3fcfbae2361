/** The weights of what two MOCs have in common: each tag, the theme, and the parts, if all that were sampled are. */
export const SIMILARITY = { tag: 2, theme: 1, parts: 12 } as const;

/** In a shorter sample each part weighs as little as in one of so many: two MOCs of three bricks are not the same. */
const SAMPLE_MIN = 12;

/** Any two MOCs share some parts: fewer make no MOC similar. */
const SHARE_MIN = 0.1;

/** How much each shared part of a sample weighs, and how many must be shared to count. */
export const partsSimilarity = (parts: readonly string[]): { readonly weight: number; readonly sharedMin: number } => ({
  weight: SIMILARITY.parts / Math.max(parts.length, SAMPLE_MIN),
  sharedMin: Math.max(1, Math.ceil(parts.length * SHARE_MIN)),
});
