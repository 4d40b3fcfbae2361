import { EventStoreDBClient } from '@eventstore/db-client';
import { eventually, sleep } from '../contract/waiting.ts';
import { disagreements } from './agreement.ts';
import { chanceFrom } from './chance.ts';
import { followAll, followAsGroup } from './followers.ts';
import { startMortalNode } from './mortal-node.ts';
import { newLedger, write, type Ledger } from './writers.ts';

const WRITERS = 8;
const SHARED_STREAMS = ['shared-1', 'shared-2'] as const;
/** For what the subscribers still have to hear once nobody writes or kills any more. */
const CATCHES_UP_WITHIN_MS = 20_000;

export type Torment = {
  readonly seed: number;
  readonly kills: number;
  readonly slowestStartMs: number;
  readonly count: Ledger['count'];
  readonly events: number;
  readonly deliveredAgain: number;
  readonly disagreements: readonly string[];
};

const idsOf = (ledger: Ledger): Set<string> =>
  new Set([
    ...[...ledger.own.values()].flatMap(({ ids }) => ids),
    ...[...ledger.shared.values()].flatMap((ids) => [...ids]),
  ]);

/** Lets writers and subscribers work on a node that is killed and restarted for `seconds`, then compares. */
export const torment = async (seconds: number, seed: number): Promise<Torment> => {
  const node = await startMortalNode();
  // One client only: appends in flight are kept per process, and an error on one client would reject those of others.
  const client = EventStoreDBClient.connectionString(node.connectionString);
  const ledger = newLedger(SHARED_STREAMS);
  const over = new AbortController();
  const catchUp = followAll(client, (name) => /^(own|shared)-/.test(name));
  const group = await followAsGroup(client, SHARED_STREAMS[0], 'torture');

  const writers = Array.from({ length: WRITERS }, (_, writer) =>
    write(client, ledger, { chance: chanceFrom(seed + writer + 1), over: over.signal }),
  );
  const everyone = [...writers, node.suffer(over.signal, chanceFrom(seed))];

  try {
    await Promise.race([sleep(seconds * 1_000), Promise.all(everyone)]);
    over.abort();
    await Promise.all(everyone);

    const found = await disagreements(client, ledger);
    const all = idsOf(ledger);
    const missed = async (who: string, heard: ReadonlySet<string>, expected: ReadonlySet<string>) =>
      eventually(() => {
        const missing = expected.difference(heard).size + heard.difference(expected).size;
        if (missing > 0) throw new Error(`${who} missed ${missing} of ${expected.size} events`);
      }, CATCHES_UP_WITHIN_MS).catch((failure: unknown) => void found.push((failure as Error).message));
    await missed('the subscription to $all', catchUp.heard, all);
    await missed('the group', group.heard, ledger.shared.get(SHARED_STREAMS[0]) ?? new Set());
    if (catchUp.repeated() > 0) found.push(`the subscription to $all repeated ${catchUp.repeated()} events`);

    return {
      seed,
      kills: node.kills(),
      slowestStartMs: node.slowestStartMs(),
      count: ledger.count,
      events: all.size,
      deliveredAgain: group.repeated(),
      disagreements: found,
    };
  } finally {
    over.abort();
    await Promise.allSettled(everyone);
    await Promise.all([catchUp.stop(), group.stop()]);
    await client.dispose();
    await node.stop();
  }
};
