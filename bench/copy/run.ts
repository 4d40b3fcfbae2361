/**
 * How fast a store is copied, from one embedded node on disk to another: `-- --events 100000`. Streams interleave as in a
 * log of the platform, in appends of four events and, the slowest case, of one.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import getPort from 'get-port';
import { newId } from '@lego-moc/application/new-id';
import { startNodeProcess, type NodeProcess } from '@lego-moc/embedded-event-store/contract/node-process';
import { copyStore } from '../../tools/event-store/copy/copy.ts';
import { verifyCopy } from '../../tools/event-store/copy/verify.ts';
import { familyCpuUs } from '../measuring/machine.ts';
import { machine } from '../measuring/report.ts';

const { values } = parseArgs({ options: { events: { type: 'string', default: '100000' } } });
const EVENTS = Number(values.events);
const EVENTS_PER_APPEND = [4, 1];
const STREAMS = 1_000;
const IN_FLIGHT = 64;
const AIM = 5_000;
/** As large as an event of the platform with its metadata. */
const DATA = { text: 'brick '.repeat(40) };
const METADATA = { $correlationId: newId(), $causationId: newId(), actor: newId(), causedBy: newId() };

type Store = { readonly node: NodeProcess; readonly client: EventStoreDBClient };

const startStore = async (folder: string, name: string): Promise<Store> => {
  const node = await startNodeProcess({ args: ['--db', join(folder, name), '--port', String(await getPort())] });
  return { node, client: EventStoreDBClient.connectionString(node.connectionString) };
};

const seed = async (client: EventStoreDBClient, perAppend: number): Promise<void> => {
  const appends = Array.from({ length: Math.ceil(EVENTS / perAppend) }, (_, number) => number).values();
  const append = async (): Promise<void> => {
    for (const number of appends) {
      const events = Array.from({ length: perAppend }, () =>
        jsonEvent({ type: 'toys.BrickAdded', data: DATA, metadata: METADATA }),
      );
      await client.appendToStream(`toy-${number % STREAMS}`, events);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, append));
};

type Cost = { readonly perSecond: number; readonly cpuUs: number; readonly cpuUsOfStores: number };

/** The cost of one event: elapsed time, and CPU time, which a busy machine changes less. */
const costOf = async (stores: readonly Store[], work: () => Promise<number>): Promise<Cost> => {
  const cpuOfStores = (): number => stores.reduce((sum, { node }) => sum + familyCpuUs(node.pid), 0);
  const [startedAt, ownBefore, storesBefore] = [performance.now(), process.cpuUsage(), cpuOfStores()];
  const events = await work();
  const { user, system } = process.cpuUsage(ownBefore);
  return {
    perSecond: Math.round((events / (performance.now() - startedAt)) * 1_000),
    cpuUs: Math.round((user + system) / events),
    cpuUsOfStores: Math.round((cpuOfStores() - storesBefore) / events),
  };
};

const measure = async (perAppend: number) => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-copy-'));
  const stores = await Promise.all([startStore(folder, 'from'), startStore(folder, 'to')]);
  const [from, to] = stores.map(({ client }) => client) as [EventStoreDBClient, EventStoreDBClient];
  try {
    await seed(from, perAppend);
    const progressPath = join(folder, 'progress.json');
    const copyCost = await costOf(stores, async () => (await copyStore({ from, to, progressPath })).copied);
    const verificationCost = await costOf(stores, async () => {
      const { comparisons, differences } = await verifyCopy(from, to);
      if (differences.length > 0) throw new Error(`${differences.length} events differ`);
      return comparisons;
    });
    return [
      { what: `copied, ${perAppend} an append`, ...copyCost, verdict: copyCost.perSecond >= AIM ? 'met' : 'MISSED' },
      { what: 'verified', ...verificationCost },
    ];
  } finally {
    await Promise.all(stores.map(({ client }) => client.dispose()));
    await Promise.all(stores.map(({ node }) => node.end('SIGTERM')));
    rmSync(folder, { recursive: true, force: true });
  }
};

const results = [];
for (const perAppend of EVENTS_PER_APPEND) results.push(...(await measure(perAppend)));
console.log(`${machine()}; ${EVENTS} events, aim ${AIM} a second`);
console.table(results);
