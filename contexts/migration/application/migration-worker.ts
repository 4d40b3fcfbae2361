import { setTimeout as sleep } from 'node:timers/promises';
import type { Capability } from '../contracts/capabilities.ts';
import type { Routing } from '../contracts/routing.ts';
import type { Migration } from '../domain/migration.ts';
import { commandSender, transitionRunner, type WorkerOptions } from './transitions.ts';

const ROUND_LOOK_MS = 20;

/** The routing that follows from a migration at a revision of its stream. */
export const routingOf = (capability: Capability, migration: Migration, version: number): Routing => {
  const { stage, transition, allow, deny } = migration;
  const nextPercent =
    transition === undefined || transition.to.percent === stage.percent ? null : transition.to.percent;
  return {
    ...{ capability, version, state: stage.state, percent: stage.percent, nextPercent },
    ...{ allow: [...allow], deny: [...deny] },
  };
};

/** Moves one capability: runs transitions that began, and lets each side follow the other. */
export const migrationWorker = (options: WorkerOptions) => {
  const { states, target, followers, now } = options;
  const { capability } = target;
  const runTransition = transitionRunner(options);
  const command = commandSender(options);

  const read = async () => {
    const { state, revision } = await states.latest(capability);
    const version = revision === 'no-stream' ? 0 : Number(revision) + 1;
    return { state, routing: routingOf(capability, state, version) };
  };

  /** Copies one page, or states that there is none left. */
  const backfill = async ({ backfill: { until } }: Migration): Promise<boolean> => {
    for (const { name } of target.tables) {
      const chunk = await followers.copyChunk(name, until[name]);
      if (chunk === undefined) continue;
      await command({ type: 'CopyChunk', data: chunk });
      return true;
    }
    await command({ type: 'CompleteBackfill', data: { at: now() } });
    return false;
  };

  let rounds = 0;
  /** When the last round began that carried everything to the other side. */
  let followedAtMs: number | undefined;

  const runRound = async (): Promise<boolean> => {
    const { state, routing } = await read();
    if (state.transition !== undefined) {
      await runTransition(state, state.transition, routing);
      return true;
    }
    if (state.stage.state === 'off' || state.stage.state === 'complete') return false;
    const begunAtMs = performance.now();
    await followers.followLegacy();
    await followers.followPlatform(routing);
    followedAtMs = begunAtMs;
    return state.backfill.completed ? false : backfill(state);
  };

  return {
    read,
    command,
    /** The routing for gateways, with how far the followers have come. */
    readRouting: async (): Promise<Routing> => {
      const { routing } = await read();
      return followedAtMs === undefined ? routing : { ...routing, followedMs: performance.now() - followedAtMs };
    },
    /** One round. Resolves with whether there is more to do at once. */
    run: async (): Promise<boolean> => {
      const hasMore = await runRound();
      rounds += 1;
      return hasMore;
    },
    /** Resolves once a whole round has run that began later, or after `ms`. */
    untilNextRound: async (ms: number): Promise<void> => {
      const [wanted, until] = [rounds + 2, performance.now() + ms];
      while (rounds < wanted && performance.now() < until) await sleep(ROUND_LOOK_MS);
    },
  };
};
