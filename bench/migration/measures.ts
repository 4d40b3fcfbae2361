import { setTimeout as sleep } from 'node:timers/promises';
import { devUserId } from '@lego-moc/embedded-identity/issue-token';
import { fillWithMessyData } from '../../test/legacy-monolith/messy-data.ts';
import { writeWishes, type Wish } from '../../test/legacy-monolith/writers.ts';
import type { BothSides } from './both-sides.ts';
import { paceCalls, paceFor, quantile, timeOf } from './times.ts';

const READS_PER_SECOND = 30;

type Client = Awaited<ReturnType<BothSides['clientAt']>>;

const addWish = async (client: Client, title: string): Promise<string> => {
  const { status, data } = await client.send('POST', '/api/wishlist', { title });
  if (status !== 200) throw new Error(`A wish was answered with ${String(status)}`);
  return (data as Wish).id;
};

/** Users that read their lists and change a wish, at the monolith itself. */
const monolithLoad = async ({ clientAt, monolithUrl, users }: BothSides) => {
  const clients = await Promise.all(users.map((name) => clientAt(monolithUrl, name)));
  const ids = await Promise.all(clients.map((client) => addWish(client, 'under load')));
  const call = (number: number): Promise<unknown> => {
    const place = number % clients.length;
    const client = clients[place] as Client;
    return number % 3 === 0
      ? client.send('PATCH', `/api/wishlist/${ids[place] ?? ''}`, { title: `under load ${String(number)}` })
      : client.send('GET', '/api/wishlist');
  };
  return { call, close: () => Promise.all(clients.map((client) => client.close())) };
};

/**
 * New rows copied in a second beside the monolith's own load, and its p95 then as a multiple of that without. Those that
 * the platform has from before are copied too, and not counted: they cost it next to nothing.
 */
export const measureBackfillUnderLoad = async (sides: BothSides, seconds: number, rows: number) => {
  await fillWithMessyData(sides.db, { seed: 'bench-again', wishes: rows, users: Math.ceil(rows / 20) });
  const { call, close } = await monolithLoad(sides);
  const before = await paceFor(seconds, READS_PER_SECOND, call);
  const stopping = new AbortController();
  const during = paceCalls(READS_PER_SECOND, call, stopping.signal);
  const { seconds: taking } = await sides.backfill();
  stopping.abort();
  const times = await during;
  await close();
  return { rowsPerSecond: rows / taking, p95Ratio: quantile(times, 0.95) / quantile(before, 0.95) };
};

/** What a write of the monolith takes with the triggers, as a multiple of that without; both in turn. */
export const measureTriggers = async ({ db, clientAt, monolithUrl, users }: BothSides, rounds: number) => {
  const client = await clientAt(monolithUrl, users[0] ?? '');
  const id = await addWish(client, 'with triggers');
  const times: Record<'ENABLE' | 'DISABLE', number[]> = { ENABLE: [], DISABLE: [] };
  for (let round = 0; round < rounds; round += 1)
    for (const state of round % 2 === 0 ? (['ENABLE', 'DISABLE'] as const) : (['DISABLE', 'ENABLE'] as const)) {
      await db.none(`ALTER TABLE wishlist_items ${state} TRIGGER USER`);
      for (let write = 0; write < 50; write += 1)
        times[state].push(
          await timeOf(() =>
            client.send('PATCH', `/api/wishlist/${id}`, { title: `${String(round)} ${String(write)}` }),
          ),
        );
    }
  await db.none('ALTER TABLE wishlist_items ENABLE TRIGGER USER');
  // What was written without triggers is on nobody's way to the platform.
  await client.send('DELETE', `/api/wishlist/${id}`);
  await client.close();
  return quantile(times.ENABLE, 0.5) / quantile(times.DISABLE, 0.5);
};

/** From a write at the monolith, 50 of them a second, until the platform shows it. */
export const measureLag = async ({ db, clientAt, gatewayUrl }: BothSides, seconds: number) => {
  const name = 'bench-lag';
  const client = await clientAt(gatewayUrl, name, ['tester']);
  const { id } = await db.one<{ id: string }>(
    `INSERT INTO wishlist_items (user_id, title, sort_order) VALUES ($1, '-1', '1') RETURNING id`,
    [devUserId(name)],
  );
  const writtenAt: number[] = [];
  const lags: number[] = [];
  const stopping = new AbortController();
  const watch = (async () => {
    while (!stopping.signal.aborted) {
      const { data } = await client.send('GET', '/api/wishlist', undefined, { 'x-migration-side': 'platform' });
      const newest = Number((data as { items?: readonly Wish[] } | undefined)?.items?.[0]?.title ?? -1);
      while (lags.length <= newest) lags.push(performance.now() - (writtenAt[lags.length] ?? Number.NaN));
      await sleep(10);
    }
  })();
  await paceFor(seconds, 50, async (number) => {
    writtenAt[number] = performance.now();
    await db.none('UPDATE wishlist_items SET title = $1 WHERE id = $2', [String(number), id]);
  });
  await sleep(2_000);
  stopping.abort();
  await watch;
  await client.close();
  return quantile(lags, 0.95);
};

/** The longest write while users move to the platform and back. */
export const measureHeldWrites = async ({ clientAt, gatewayUrl, users, move }: BothSides) => {
  const clients = await Promise.all(users.map((name) => clientAt(gatewayUrl, name)));
  const load = async (work: () => Promise<void>): Promise<number> => {
    const stopping = new AbortController();
    const writers = clients.map((client, place) =>
      writeWishes(client, `held-${String(place)}`, { signal: stopping.signal, pauseMs: 100 }),
    );
    await sleep(1_000);
    await work();
    await sleep(1_000);
    stopping.abort();
    return Math.max(...(await Promise.all(writers)).map(({ longestMs }) => longestMs));
  };
  for (const percent of [1, 10]) await move('advance', 'canary', percent);
  const forwardMs = await load(() => move('advance', 'canary', 50));
  const backMs = await load(() => move('rollback', 'shadow', 0));
  await Promise.all(clients.map((client) => client.close()));
  return { forwardMs, backMs };
};

/** What a client's read takes through the gateway. */
export const measureReads = async ({ clientAt, gatewayUrl }: BothSides, seconds: number) => {
  const client = await clientAt(gatewayUrl, 'bench-reader');
  await client.send('POST', '/api/wishlist', { title: 'to be read' });
  const times = await paceFor(seconds, READS_PER_SECOND, () => client.send('GET', '/api/wishlist'));
  await client.close();
  return { p50: quantile(times, 0.5), p95: quantile(times, 0.95) };
};
