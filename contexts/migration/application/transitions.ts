import type { Clock } from '@lego-moc/application/clock';
import type { FoldedStates } from '@lego-moc/application/folded-states';
import { newId } from '@lego-moc/application/new-id';
import { msBetween } from '@lego-moc/kernel/instant';
import type { Routing } from '../contracts/routing.ts';
import type { Migration, Transition } from '../domain/migration.ts';
import type { MigrationCommand, MigrationRejection } from '../domain/migration-commands.ts';
import type { Followers } from './followers.ts';
import type { FollowerPositions } from './ports/follower-positions.ts';
import type { LegacyDatabase } from './ports/legacy-database.ts';
import type { Target } from './ports/target.ts';

export type MigrationStates = FoldedStates<MigrationCommand, Migration, MigrationRejection>;

export type WorkerOptions = {
  readonly states: MigrationStates;
  readonly legacy: LegacyDatabase;
  readonly target: Target;
  readonly followers: Followers;
  readonly positions: FollowerPositions;
  /** The end of the event store's log. */
  readonly logEnd: () => Promise<bigint>;
  /** Resolves once no gateway has a write in flight that began under an older version; false after `ms`. */
  readonly untilDrained: (version: number, ms: number) => Promise<boolean>;
  readonly now: Clock;
  /** Longer than this no write waits: then a transition is given up, and everything is as it was. */
  readonly holdMaxMs: number;
  /** For the log. */
  readonly report: (message: string, details: Readonly<Record<string, unknown>>) => void;
};

/** Sends the worker's own commands. */
export const commandSender =
  ({ states, target }: Pick<WorkerOptions, 'states' | 'target'>) =>
  (command: MigrationCommand) => {
    const commandId = newId();
    return states.handle(target.capability, command, { commandId, correlationId: commandId, actor: 'migration' });
  };

/** Carries out a transition that began; again from its start when it was interrupted. */
export const transitionRunner = (options: WorkerOptions) => {
  const { legacy, target, followers, positions, logEnd, untilDrained, holdMaxMs, now, report } = options;
  const { capability } = target;
  const command = commandSender(options);

  const setAuthority = (migration: Migration, percent: number, nextPercent: number | null): Promise<void> => {
    const { epoch, allow, deny } = migration;
    return legacy.setAuthority(capability, { epoch, percent, allow, deny, nextPercent });
  };

  /** Captures before anything is copied, and remembers where both followers begin. */
  const startCapture = async (): Promise<void> => {
    await legacy.install(capability, target.tables);
    if ((await positions.load(capability)) !== undefined) return;
    await positions.save(capability, { outbox: await legacy.outboxEnd(), log: await logEnd() });
  };

  const endCapture = async (): Promise<void> => {
    await legacy.uninstall();
    await positions.forget(capability);
  };

  const remainingMs = ({ begunAt }: Transition): number => holdMaxMs - msBetween(begunAt, now());

  /** Users change sides: their writes wait at the gateway until each side has what the other wrote. */
  const moveUsers = async (
    migration: Migration,
    transition: Transition,
    routing: Routing,
  ): Promise<string | undefined> => {
    const { stage } = migration;
    // The gateways first: a write that one of them let pass before must not meet the guard.
    if (!(await untilDrained(routing.version, remainingMs(transition)))) return 'A gateway still has writes in flight.';
    await setAuthority(migration, stage.percent, transition.to.percent);
    await followers.followLegacy();
    await followers.followPlatform(routing);
    if (remainingMs(transition) < 0) return `The followers took longer than ${String(holdMaxMs)} ms.`;
    return undefined;
  };

  const runTransition = async (migration: Migration, transition: Transition, routing: Routing): Promise<void> => {
    const { epoch, to, forced } = transition;
    const isCaptured = migration.stage.state !== 'off';
    if (!isCaptured) await startCapture();
    const problem =
      isCaptured && to.percent !== migration.stage.percent
        ? await moveUsers(migration, transition, routing).catch((error: unknown) => {
            report('A transition was interrupted', { capability, error });
            return 'One of the sides did not answer.';
          })
        : undefined;
    if (problem !== undefined && !forced) {
      await setAuthority(migration, migration.stage.percent, null);
      await command({ type: 'AbandonTransition', data: { epoch, because: problem, at: now() } });
      return;
    }
    // Before the event: a worker that is killed in between begins again with the transition, not with what is off.
    if (to.state === 'off') await endCapture();
    else await setAuthority(migration, to.percent, null);
    await command({ type: 'CompleteTransition', data: { epoch, at: now() } });
    report('A migration has moved', { capability, ...to, epoch });
  };

  return runTransition;
};
