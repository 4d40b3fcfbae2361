import type { Progress } from '../../domain/buildability/buildability.ts';

/** How much of a MOC its reader could build with certain pieces. */
export type KnownScore = { readonly fingerprint: string; readonly progress: Progress };

/** Scores that were worked out before; some of them may be forgotten. */
export interface KnownScores {
  get(key: string): KnownScore | undefined;
  set(key: string, score: KnownScore): unknown;
}
