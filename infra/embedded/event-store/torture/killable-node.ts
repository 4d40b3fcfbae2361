import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import getPort from 'get-port';
import { startNodeProcess, type NodeProcess } from '../contract/node-process.ts';
import { sleep } from '../contract/waiting.ts';
import type { Random } from './random.ts';

/** A node that is killed and started again on the same data and address. */
export type KillableNode = {
  readonly connectionString: string;
  readonly kills: () => number;
  readonly slowestStartMs: () => number;
  /** Kills and restarts at random moments until `over`. */
  readonly killAtRandom: (over: AbortSignal, chance: Random) => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** Whether `over` has not ended within `ms`. */
const isRunningAfter = async (ms: number, over: AbortSignal): Promise<boolean> => {
  await sleep(ms, undefined, { signal: over }).catch(() => undefined);
  return !over.aborted;
};

export const startKillableNode = async (): Promise<KillableNode> => {
  const directory = await mkdtemp(join(tmpdir(), 'event-store-torture-'));
  const args = ['--db', directory, '--port', String(await getPort())];
  let node: NodeProcess = await startNodeProcess({ args });
  let kills = 0;
  let slowestStartMs = node.startedInMs;

  return {
    connectionString: node.connectionString,
    kills: () => kills,
    slowestStartMs: () => slowestStartMs,
    killAtRandom: async (over, chance) => {
      // Short lives meet the start and its first appends, long ones subscriptions that have caught up.
      while (await isRunningAfter(chance.between(50, 2_500), over)) {
        await node.end('SIGKILL');
        kills += 1;
        node = await startNodeProcess({ args });
        slowestStartMs = Math.max(slowestStartMs, node.startedInMs);
      }
    },
    stop: async () => {
      await node.end('SIGTERM');
      await rm(directory, { recursive: true, force: true });
    },
  };
};
