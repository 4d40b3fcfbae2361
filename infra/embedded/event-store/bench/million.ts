import { join } from 'node:path';
import { EventStoreDBClient } from '@eventstore/db-client';
import getPort from 'get-port';
import { startNodeProcess } from '../contract/node-process.ts';
import { MEMORY_MAX, memoryOf } from './memory.ts';
import { mebibytes, ms, percent, rate, type Line } from './report.ts';
import { appendToMany, measuredEvent, fresh } from './workloads.ts';
import { inFlight } from './sampling.ts';
import { inTurns } from './turns.ts';

const EVENTS = 1_000_000;
const BATCH = 1_000;
/** Several times what fills the log ahead, so that each round pays for its part of the tables. */
const APPENDS = 20_000;

/** Compares the memory of a process with the limit of the requirements. */
const memoryLine = (label: string, pid: number): Line => {
  const samples = memoryOf(pid);
  if (samples === undefined) return { label, measurement: 'unknown', reference: 'this system does not tell' };
  return {
    label,
    measurement: `${mebibytes(samples.own)} and ${mebibytes(samples.files)} of files`,
    reference: 'promised 200 MiB',
    isMet: samples.own + samples.files < MEMORY_MAX,
  };
};

const fillWith = async (url: string): Promise<Line> => {
  const client = EventStoreDBClient.connectionString(url);
  const streams = Array.from({ length: 100 }, fresh);
  const append = (index: number) =>
    client.appendToStream(streams[index % 100] ?? fresh(), Array.from({ length: BATCH }, measuredEvent));
  const { perSecond, seconds } = await inFlight(EVENTS / BATCH, 4, append, BATCH);
  await client.dispose();
  return {
    label: 'filling',
    measurement: rate(perSecond),
    reference: `${EVENTS.toLocaleString('en')} events in ${seconds.toFixed(1)} s`,
  };
};

/** How a node starts and works with a million events on disk, beside one that has none. */
export const measureMillion = async (directory: string): Promise<Line[]> => {
  const start = async (name: string) =>
    startNodeProcess({ args: ['--db', join(directory, name), '--port', String(await getPort())] });
  const first = await start('full');
  const fillLine = await fillWith(first.connectionString);
  const afterFilling = memoryLine('memory, directly afterwards', first.pid);
  await first.end('SIGKILL');
  await (await start('full')).end('SIGKILL');

  const [full, empty] = [await start('full'), await start('empty')];
  const atStart = memoryLine('memory at rest, after the start', full.pid);
  const clients = [full, empty].map((node) => EventStoreDBClient.connectionString(node.connectionString));
  const [toFull, toEmpty] = clients as [EventStoreDBClient, EventStoreDBClient];
  const samples = await inTurns({
    full: () => appendToMany(toFull, APPENDS, 32),
    empty: () => appendToMany(toEmpty, APPENDS, 32),
  });
  const afterAppending = memoryLine('memory after appending', full.pid);
  await Promise.all(clients.map((client) => client.dispose()));
  for (const node of [full, empty]) await node.end('SIGTERM');

  return [
    fillLine,
    afterFilling,
    {
      label: 'start after a kill',
      measurement: ms(full.startedInMs),
      reference: `promised 1 s; ${ms(empty.startedInMs)} with nothing on disk`,
      isMet: full.startedInMs < 1_000,
    },
    atStart,
    afterAppending,
    {
      label: 'appending',
      measurement: rate(samples.full.perSecond),
      reference: `${percent(samples.full.perSecond, samples.empty.perSecond)} of an empty store at ${rate(samples.empty.perSecond)}`,
      isMet: samples.full.perSecond > samples.empty.perSecond * 0.95,
    },
  ];
};
