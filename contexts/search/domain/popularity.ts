/** How many users like and bookmark a document. */
export type Interest = { readonly likes: number; readonly bookmarks: number };

/** Each tier begins at half as many again: small changes move nothing, so that pages hold still. */
const STEP = 1.5;

/** The highest tier begins at some 11,000. */
export const TIER_MAX = 24;

/** From 0 for nobody's interest to `TIER_MAX`. */
export const popularityTier = ({ likes, bookmarks }: Interest): number =>
  Math.min(TIER_MAX, Math.floor(Math.log(1 + likes + bookmarks) / Math.log(STEP)));
