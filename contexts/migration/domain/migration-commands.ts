import type { Instant, Message } from '@lego-moc/kernel/message';
import type { ChunkCopied, RowsReconciled, Verdict } from './migration-events.ts';

type Act = { actor: string; reason: string; at: Instant };

/**
 * Goes to the next stage, or to that of `percent` while the canary grows. `withoutEvidence`: although gates that judge
 * traffic cannot tell yet; never against one that failed, and never without the audit.
 */
export type Advance = Message<
  'Advance',
  Act & { percent?: number; withoutEvidence?: boolean; verdicts: readonly Verdict[] }
>;
/** Goes back to the monolith: `shadow`, or `off` when the platform writes for nobody yet. */
export type RollBack = Message<'RollBack', Act & { force: boolean; verdicts?: readonly Verdict[] }>;
export type CompleteTransition = Message<'CompleteTransition', { epoch: number; at: Instant }>;
export type AbandonTransition = Message<'AbandonTransition', { epoch: number; because: string; at: Instant }>;
export type Hold = Message<'Hold', Act & { verdicts?: readonly Verdict[] }>;
export type Release = Message<'Release', Act>;
/** Changed only while the platform writes for nobody, since it would move users without waiting for their writes. */
export type SetExceptions = Message<'SetExceptions', Act & { allow: readonly string[]; deny: readonly string[] }>;
export type CopyChunk = Message<'CopyChunk', ChunkCopied['data']>;
/** States what a forced rollback left behind; once for each. */
export type StateStranded = Message<'StateStranded', { epoch: number; rows: number; at: Instant }>;
export type CompleteBackfill = Message<'CompleteBackfill', { at: Instant }>;

/** States that rows which differed are the same again, as a person decided. Only while the monolith writes for all. */
export type StateReconciled = Message<'StateReconciled', RowsReconciled['data']>;

export type MigrationCommand =
  | Advance
  | RollBack
  | CompleteTransition
  | AbandonTransition
  | Hold
  | Release
  | SetExceptions
  | CopyChunk
  | CompleteBackfill
  | StateStranded
  | StateReconciled;

export type MigrationRejection =
  | 'transition-under-way'
  | 'migration-held'
  | 'backfill-unfinished'
  | 'gate-failed'
  | 'gate-inconclusive'
  | 'nothing-to-advance'
  | 'nothing-to-roll-back'
  | 'nothing-to-reconcile'
  | 'percent-not-larger'
  | 'users-moved';
