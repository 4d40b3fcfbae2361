import { EventStoreDBClient } from '@eventstore/db-client';
import { eventually, sleep } from '../contract/waiting.ts';
import { findDifferences } from './differences.ts';
import { randomFrom } from './random.ts';
import { subscribeToAll, joinGroup } from './subscribers.ts';
import { startKillableNode } from './killable-node.ts';
import { newLedger, write, type Ledger } from './writers.ts';

const WRITERS = 8;
const SHARED_STREAMS = ['shared-1', 'shared-2'] as const;
/** Time for subscribers to catch up after writers and kills have ended. */
const CATCHES_UP_WITHIN_MS = 20_000;

export type CrashReport = {
  readonly seed: number;
  readonly kills: number;
  readonly slowestStartMs: number;
  readonly count: Ledger['count'];
  readonly events: number;
  readonly deliveredAgain: number;
  readonly differences: readonly string[];
};

const idsOf = (ledger: Ledger): Set<string> =>
  new Set([
    ...[...ledger.own.values()].flatMap(({ ids }) => ids),
    ...[...ledger.shared.values()].flatMap((ids) => [...ids]),
  ]);

/** Runs writers and subscribers on a node that is killed and restarted for `seconds`, then compares. */
export const runCrashTest = async (seconds: number, seed: number): Promise<CrashReport> => {
  const node = await startKillableNode();
  // One client only: appends in flight are kept per process, and an error on one client would reject those of others.
  const client = EventStoreDBClient.connectionString(node.connectionString);
  const ledger = newLedger(SHARED_STREAMS);
  const over = new AbortController();
  const catchUp = subscribeToAll(client, (name) => /^(own|shared)-/.test(name));
  const group = await joinGroup(client, SHARED_STREAMS[0], 'torture');

  const writers = Array.from({ length: WRITERS }, (_, writer) =>
    write(client, ledger, { chance: randomFrom(seed + writer + 1), over: over.signal }),
  );
  const tasks = [...writers, node.killAtRandom(over.signal, randomFrom(seed))];

  try {
    await Promise.race([sleep(seconds * 1_000), Promise.all(tasks)]);
    over.abort();
    await Promise.all(tasks);

    const differences = await findDifferences(client, ledger);
    const all = idsOf(ledger);
    const checkReceived = async (reader: string, receivedIds: ReadonlySet<string>, expected: ReadonlySet<string>) =>
      eventually(() => {
        const differenceCount = expected.difference(receivedIds).size + receivedIds.difference(expected).size;
        if (differenceCount > 0) throw new Error(`${reader} missed ${differenceCount} of ${expected.size} events`);
      }, CATCHES_UP_WITHIN_MS).catch((failure: unknown) => void differences.push((failure as Error).message));
    await checkReceived('the subscription to $all', catchUp.received, all);
    await checkReceived('the group', group.received, ledger.shared.get(SHARED_STREAMS[0]) ?? new Set());
    if (catchUp.duplicates() > 0) differences.push(`the subscription to $all repeated ${catchUp.duplicates()} events`);

    return {
      seed,
      kills: node.kills(),
      slowestStartMs: node.slowestStartMs(),
      count: ledger.count,
      events: all.size,
      deliveredAgain: group.duplicates(),
      differences: differences,
    };
  } finally {
    over.abort();
    await Promise.allSettled(tasks);
    await Promise.all([catchUp.stop(), group.stop()]);
    await client.dispose();
    await node.stop();
  }
};
