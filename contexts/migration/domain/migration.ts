import { reject, unreachable, type Decider, type Decision, type Rejection } from '@lego-moc/kernel/decider';
import type { Instant } from '@lego-moc/kernel/message';
import type {
  Advance,
  CompleteBackfill,
  CopyChunk,
  Hold,
  MigrationCommand,
  MigrationRejection,
  Release,
  RollBack,
  SetExceptions,
  StateReconciled,
  StateStranded,
} from './migration-commands.ts';
import type { MigrationEvent, MigrationState, Stage, Verdict } from './migration-events.ts';

export type Transition = {
  readonly epoch: number;
  readonly to: Stage;
  readonly kind: 'advance' | 'rollback';
  readonly forced: boolean;
  readonly begunAt: Instant;
};

export type Migration = {
  readonly stage: Stage;
  /** Grows with each transition that began. */
  readonly epoch: number;
  readonly transition: Transition | undefined;
  readonly held: boolean;
  /** The forced rollback of which nobody knows yet what it left behind. */
  readonly forcedEpoch: number | undefined;
  /** Rows that the last forced rollback left behind. */
  readonly stranded: number | undefined;
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  readonly backfill: {
    /** The last row copied of each table. */
    readonly until: Readonly<Record<string, string>>;
    readonly rows: number;
    readonly findings: number;
    readonly completed: boolean;
  };
};

/** Each canary begins with one user in a hundred. */
export const CANARY_STEPS = [1, 10, 50, 100] as const;

const ORDER: readonly MigrationState[] = ['off', 'capture', 'shadow', 'canary', 'live', 'rampdown', 'complete'];
const NO_BACKFILL: Migration['backfill'] = { until: {}, rows: 0, findings: 0, completed: false };

const percentOf = (state: MigrationState): number =>
  state === 'canary' ? CANARY_STEPS[0] : ORDER.indexOf(state) < ORDER.indexOf('canary') ? 0 : 100;

/** The stage after this one; `undefined` after the last. */
const nextStage = ({ state, percent }: Stage): Stage | undefined => {
  const step = state === 'canary' ? CANARY_STEPS.find((size) => size > percent) : undefined;
  if (step !== undefined) return { state, percent: step };
  const next = ORDER[ORDER.indexOf(state) + 1];
  return next === undefined ? undefined : { state: next, percent: percentOf(next) };
};

/** Where a rollback leads to; `undefined` where there is nothing to undo, or no way back. */
const formerStage = ({ state }: Stage): Stage | undefined => {
  if (state === 'off' || state === 'complete') return undefined;
  return { state: state === 'capture' || state === 'shadow' ? 'off' : 'shadow', percent: 0 };
};

type MigrationDecision = Decision<MigrationEvent, MigrationRejection>;

const underWay = reject('transition-under-way', 'A transition is under way. Wait until it has ended.');

/** The gate that compares rows; the other ones judge traffic. */
export const AUDIT_GATE = 'audit';

const verdictRefusal = (verdicts: readonly Verdict[], withoutEvidence: boolean): MigrationDecision | undefined => {
  const failure = verdicts.find(({ outcome }) => outcome === 'fail');
  if (failure !== undefined) return reject('gate-failed', `The gate ${failure.gate} failed: ${failure.detail}`);
  const doubt = verdicts.find(
    ({ gate, outcome }) => outcome === 'inconclusive' && (gate === AUDIT_GATE || !withoutEvidence),
  );
  return doubt === undefined
    ? undefined
    : reject('gate-inconclusive', `The gate ${doubt.gate} cannot tell yet: ${doubt.detail}`);
};

const advance = (
  { data: { percent, verdicts, withoutEvidence = false, ...act } }: Advance,
  { stage, transition, held, backfill, epoch }: Migration,
): MigrationDecision => {
  if (transition !== undefined) return underWay;
  if (held) return reject('migration-held', 'The migration is held. Release it first.');
  const next = nextStage(stage);
  if (next === undefined) return reject('nothing-to-advance', 'The migration is complete.');
  if (percent !== undefined && (stage.state !== 'canary' || percent <= stage.percent))
    return reject('percent-not-larger', 'A percentage is given to a canary, and larger than the present one.');
  if (stage.state === 'capture' && !backfill.completed)
    return reject('backfill-unfinished', 'The backfill has not copied every row yet.');
  const to = percent === undefined ? next : { state: stage.state, percent };
  return (
    verdictRefusal(verdicts, withoutEvidence) ?? [
      { type: 'TransitionBegun', data: { epoch: epoch + 1, to, kind: 'advance', forced: false, verdicts, ...act } },
    ]
  );
};

/** A rollback goes before an advance that is under way, and needs no gate. */
const rollBack = (
  { data: { force, verdicts = [], ...act } }: RollBack,
  { stage, transition, epoch }: Migration,
): MigrationDecision => {
  if (transition?.kind === 'rollback') return underWay;
  const to = formerStage(transition?.to ?? stage) ?? formerStage(stage);
  if (to === undefined) return reject('nothing-to-roll-back', 'There is nothing to go back to.');
  const begin: MigrationEvent = {
    type: 'TransitionBegun',
    data: { epoch: epoch + 1, to, kind: 'rollback', forced: force, verdicts, ...act },
  };
  if (transition === undefined) return [begin];
  const because = 'A rollback was asked for.';
  return [{ type: 'TransitionAbandoned', data: { epoch: transition.epoch, because, at: act.at } }, begin];
};

const setExceptions = ({ data }: SetExceptions, { stage, transition, allow, deny }: Migration): MigrationDecision => {
  if (transition !== undefined) return underWay;
  if (stage.percent > 0)
    return reject('users-moved', 'The lists change only while no user has moved: roll back first.');
  const isSame = allow.join('\n') === data.allow.join('\n') && deny.join('\n') === data.deny.join('\n');
  return isSame ? [] : [{ type: 'ExceptionsSet', data }];
};

/** Ends a transition once, and only the one of that epoch. */
const endTransition = (epoch: number, { transition }: Migration, ending: MigrationEvent): MigrationDecision =>
  transition?.epoch === epoch ? [ending] : [];

const copyChunk = ({ data }: CopyChunk, { stage, backfill }: Migration): MigrationDecision =>
  stage.state === 'off' || (backfill.until[data.table] ?? '') >= data.until ? [] : [{ type: 'ChunkCopied', data }];

const completeBackfill = ({ data }: CompleteBackfill, { stage, backfill }: Migration): MigrationDecision =>
  stage.state === 'off' || backfill.completed ? [] : [{ type: 'BackfillCompleted', data }];

const hold = ({ data }: Hold, { held }: Migration): MigrationDecision =>
  held ? [] : [{ type: 'MigrationHeld', data }];

const release = ({ data }: Release, { held }: Migration): MigrationDecision =>
  held ? [{ type: 'MigrationReleased', data }] : [];

const stateStranded = ({ data }: StateStranded, { forcedEpoch }: Migration): MigrationDecision =>
  forcedEpoch === data.epoch ? [{ type: 'WritesStranded', data }] : [];

/** Why rows cannot be reconciled now: each side may be written only while the monolith writes for all users. */
export const reconcilingRefusal = ({
  stage,
  transition,
}: Pick<Migration, 'stage' | 'transition'>): Rejection<MigrationRejection> | undefined => {
  if (transition !== undefined) return underWay;
  if (stage.state === 'off') return reject('nothing-to-reconcile', 'Nothing is followed: there is nothing to compare.');
  return stage.percent === 0
    ? undefined
    : reject('users-moved', 'Rows are reconciled only while the monolith writes for all users: roll back first.');
};

const stateReconciled = ({ data }: StateReconciled, migration: Migration): MigrationDecision =>
  data.rows === 0 ? [] : (reconcilingRefusal(migration) ?? [{ type: 'RowsReconciled', data }]);

const decide = (command: MigrationCommand, migration: Migration): MigrationDecision => {
  switch (command.type) {
    case 'Advance':
      return advance(command, migration);
    case 'RollBack':
      return rollBack(command, migration);
    case 'CompleteTransition':
      return endTransition(command.data.epoch, migration, { type: 'TransitionCompleted', data: command.data });
    case 'AbandonTransition':
      return endTransition(command.data.epoch, migration, { type: 'TransitionAbandoned', data: command.data });
    case 'Hold':
      return hold(command, migration);
    case 'Release':
      return release(command, migration);
    case 'SetExceptions':
      return setExceptions(command, migration);
    case 'CopyChunk':
      return copyChunk(command, migration);
    case 'CompleteBackfill':
      return completeBackfill(command, migration);
    case 'StateStranded':
      return stateStranded(command, migration);
    case 'StateReconciled':
      return stateReconciled(command, migration);
    default:
      return unreachable(command);
  }
};

const afterTransition = (migration: Migration): Migration => {
  const { transition, epoch } = migration;
  const stage = transition?.to ?? migration.stage;
  // What was captured before is not followed any more, so a later migration copies everything again.
  const backfill = stage.state === 'off' ? NO_BACKFILL : migration.backfill;
  const next = { ...migration, stage, backfill, transition: undefined };
  return transition?.forced === true ? { ...next, forcedEpoch: epoch, stranded: undefined } : next;
};

const evolve = (migration: Migration, event: MigrationEvent): Migration => {
  switch (event.type) {
    case 'TransitionBegun': {
      const { epoch, to, kind, forced, at } = event.data;
      return { ...migration, epoch, transition: { epoch, to, kind, forced, begunAt: at } };
    }
    case 'TransitionCompleted':
      return afterTransition(migration);
    case 'TransitionAbandoned':
      return { ...migration, transition: undefined };
    case 'MigrationHeld':
      return { ...migration, held: true };
    case 'MigrationReleased':
      return { ...migration, held: false };
    case 'ExceptionsSet':
      return { ...migration, allow: event.data.allow, deny: event.data.deny };
    case 'ChunkCopied': {
      const { table, until, rows, findings } = event.data;
      const { backfill } = migration;
      return {
        ...migration,
        backfill: {
          ...backfill,
          until: { ...backfill.until, [table]: until },
          rows: backfill.rows + rows,
          findings: backfill.findings + findings,
        },
      };
    }
    case 'BackfillCompleted':
      return { ...migration, backfill: { ...migration.backfill, completed: true } };
    case 'WritesStranded':
      return { ...migration, forcedEpoch: undefined, stranded: event.data.rows };
    case 'RowsReconciled': {
      const { stranded } = migration;
      return stranded === undefined ? migration : { ...migration, stranded: Math.max(0, stranded - event.data.rows) };
    }
    default:
      return unreachable(event);
  }
};

/** The move of one capability from the monolith to the platform. */
export const migrationDecider: Decider<MigrationCommand, Migration, MigrationEvent, MigrationRejection> = {
  initial: {
    stage: { state: 'off', percent: 0 },
    epoch: 0,
    transition: undefined,
    held: false,
    forcedEpoch: undefined,
    stranded: undefined,
    allow: [],
    deny: [],
    backfill: NO_BACKFILL,
  },
  decide,
  evolve,
};
