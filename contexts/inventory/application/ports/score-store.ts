import type { UserId } from '@lego-moc/kernel/message';
import type { Progress } from '../../domain/buildability/buildability.ts';
import type { Tolerance } from '../../domain/buildability/tolerance.ts';

/** How much of a MOC its reader could build with certain pieces. */
export type Score = { readonly fingerprint: string; readonly progress: Progress };

/** Scores that were worked out before, by MOC; some of them may be gone. */
export interface ScoreStore {
  of(reader: UserId, tolerance: Tolerance, mocIds: readonly string[]): Promise<ReadonlyMap<string, Score>>;
  put(reader: UserId, tolerance: Tolerance, scores: ReadonlyMap<string, Score>): Promise<void>;
}
