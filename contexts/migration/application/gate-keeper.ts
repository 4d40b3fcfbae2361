import type { Clock } from '@lego-moc/application/clock';
import { TIME_BOUNDS_MS } from '../contracts/evidence.ts';
import { judgeTraffic } from '../domain/gates/traffic-gates.ts';
import type { Migration } from '../domain/migration.ts';
import type { MigrationState, Verdict } from '../domain/migration-events.ts';
import type { Capability } from '../contracts/capabilities.ts';
import type { EvidenceLog } from './evidence-log.ts';
import type { migrationWorker } from './migration-worker.ts';

/** What happens by itself when a gate fails: users go back and nothing advances, or the latter alone, or nothing. */
export const ON_BREACH = ['rollback', 'hold', 'nothing'] as const;

type KeeperOptions = {
  readonly capability: Capability;
  readonly worker: Pick<ReturnType<typeof migrationWorker>, 'read' | 'command'>;
  readonly evidence: Pick<EvidenceLog, 'read' | 'forget'>;
  /** How many times more than planned passes. */
  readonly tolerance: number;
  readonly onBreach: (typeof ON_BREACH)[number];
  readonly now: Clock;
  readonly nowMs: () => number;
};

/** Where traffic of both sides can be compared. */
const JUDGED_STATES: readonly MigrationState[] = ['shadow', 'canary', 'live'];

/** A roll-back that had to be given up is tried again. */
const ROLL_BACK_EVERY_MS = 10_000;

const reasonOf = (failures: readonly Verdict[]): string =>
  failures
    .map(({ gate, detail }) => `The gate ${gate} failed: ${detail}`)
    .join(' ')
    .slice(0, 500);

/** Judges the traffic of a capability, and acts when a gate fails. */
export const gateKeeper = (options: KeeperOptions) => {
  const { capability, worker, evidence, tolerance, onBreach, now, nowMs } = options;
  let rolledBackAtMs = -Infinity;
  let wasHeld = false;

  const judge = ({ stage }: Migration): readonly Verdict[] => {
    if (!JUDGED_STATES.includes(stage.state)) return [];
    const { traffic, lately } = evidence.read(capability, stage);
    return judgeTraffic(traffic, lately, { bounds: TIME_BOUNDS_MS, tolerance });
  };

  const act = async (failures: readonly Verdict[], { stage, held }: Migration): Promise<void> => {
    const data = { actor: 'gate', reason: reasonOf(failures), verdicts: failures, at: now() };
    // Held first: nobody advances what goes back.
    if (!held) await worker.command({ type: 'Hold', data });
    if (onBreach !== 'rollback' || stage.percent === 0 || nowMs() - rolledBackAtMs < ROLL_BACK_EVERY_MS) return;
    rolledBackAtMs = nowMs();
    await worker.command({ type: 'RollBack', data: { ...data, force: false } });
  };

  return {
    /** What the gates say about the traffic at the present stage; nothing where it is not judged. */
    judge,
    /** Holds, and rolls back, when a gate fails. */
    keep: async (): Promise<void> => {
      if (onBreach === 'nothing') return;
      const { state } = await worker.read();
      // Whoever releases it says that the cause is gone: what was seen before must not hold it again.
      if (wasHeld && !state.held) evidence.forget(capability);
      wasHeld = state.held;
      if (state.transition?.kind === 'rollback') return;
      const failures = judge(state).filter(({ outcome }) => outcome === 'fail');
      if (failures.length > 0) await act(failures, state);
    },
  };
};

export type GateKeeper = ReturnType<typeof gateKeeper>;
