import type { Instant, Message } from '@lego-moc/kernel/message';

/** In their order; `canary` has a percentage of users beside it. */
export type MigrationState = 'off' | 'capture' | 'shadow' | 'canary' | 'live' | 'rampdown' | 'complete';

/** What one check said before a transition. */
export type Verdict = {
  readonly gate: string;
  readonly outcome: 'pass' | 'fail' | 'inconclusive';
  /** For people: samples, differences, limits. */
  readonly detail: string;
};

/** Where a migration stands, or goes. */
export type Stage = { readonly state: MigrationState; readonly percent: number };

/** A change of stage began: writes of users whose side changes wait until it is completed or abandoned. */
export type TransitionBegun = Message<
  'TransitionBegun',
  {
    epoch: number;
    to: Stage;
    kind: 'advance' | 'rollback';
    /** Completed although the side that wrote so far could not be asked any more. */
    forced: boolean;
    actor: string;
    reason: string;
    verdicts: readonly Verdict[];
    at: Instant;
  }
>;
export type TransitionCompleted = Message<'TransitionCompleted', { epoch: number; at: Instant }>;
/** The stage is the one from before. */
export type TransitionAbandoned = Message<'TransitionAbandoned', { epoch: number; because: string; at: Instant }>;

/** Nothing advances until somebody releases it. A gate that holds says why. */
export type MigrationHeld = Message<
  'MigrationHeld',
  { actor: string; reason: string; verdicts?: readonly Verdict[]; at: Instant }
>;
export type MigrationReleased = Message<'MigrationReleased', { actor: string; reason: string; at: Instant }>;

/** Users that move first, and users that move last. */
export type ExceptionsSet = Message<
  'ExceptionsSet',
  { allow: readonly string[]; deny: readonly string[]; actor: string; reason: string; at: Instant }
>;

/** A page of rows was copied, up to the row `until` of `table`. The checkpoint of a backfill. */
export type ChunkCopied = Message<'ChunkCopied', { table: string; until: string; rows: number; findings: number }>;
/** Every row that was there when it began is on the platform. */
export type BackfillCompleted = Message<'BackfillCompleted', { at: Instant }>;

/**
 * After a forced rollback both sides could be compared again: so many rows of the platform were not at the monolith.
 * Both versions are where they were; a person decides.
 */
export type WritesStranded = Message<'WritesStranded', { epoch: number; rows: number; at: Instant }>;

/** A person decided which version of rows is right, and both sides have that one; `rows` of them. */
export type RowsReconciled = Message<
  'RowsReconciled',
  { keep: 'legacy' | 'platform'; rows: number; actor: string; reason: string; at: Instant }
>;

export type MigrationEvent =
  | TransitionBegun
  | TransitionCompleted
  | TransitionAbandoned
  | MigrationHeld
  | MigrationReleased
  | ExceptionsSet
  | ChunkCopied
  | BackfillCompleted
  | WritesStranded
  | RowsReconciled;
