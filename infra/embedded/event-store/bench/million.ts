import { EventStoreDBClient } from '@eventstore/db-client';
import { startNodeProcess } from '../contract/node-process.ts';
import { memoryOf } from './memory.ts';
import { mebibytes, ms, rate, type Line } from './report.ts';
import { appendToMany, measured, fresh } from './workloads.ts';
import { inFlight } from './sampling.ts';

const EVENTS = 1_000_000;
const BATCH = 1_000;
const MEMORY_MAX = 200 * 2 ** 20;

/** How a node starts and works with a million events on disk, against its rate while the store was empty. */
export const measureMillion = async (directory: string, port: number): Promise<Line[]> => {
  const args = ['--db', directory, '--port', String(port)];
  const first = await startNodeProcess({ args });
  const writer = EventStoreDBClient.connectionString(first.connectionString);
  await appendToMany(writer, 2_000, 32);
  const empty = await appendToMany(writer, 4_000, 32);
  const streams = Array.from({ length: 100 }, fresh);
  const filling = await inFlight(
    EVENTS / BATCH,
    4,
    (index) => writer.appendToStream(streams[index % 100] ?? fresh(), Array.from({ length: BATCH }, measured)),
    BATCH,
  );
  await writer.dispose();
  await first.end('SIGKILL');

  const again = await startNodeProcess({ args });
  await again.end('SIGKILL');
  const node = await startNodeProcess({ args });
  const client = EventStoreDBClient.connectionString(node.connectionString);
  const atStart = memoryOf(node.pid);
  await appendToMany(client, 2_000, 32);
  const full = await appendToMany(client, 4_000, 32);
  const afterwards = memoryOf(node.pid);
  await client.dispose();
  await node.end('SIGTERM');

  const memory = (when: string, found: typeof atStart): Line[] =>
    found === undefined
      ? [{ what: `memory ${when}`, measured: 'unknown', held: 'this system does not tell' }]
      : [
          {
            what: `memory ${when}`,
            measured: `${mebibytes(found.own)} and ${mebibytes(found.files)} of files`,
            held: 'promised 200 MiB',
            met: found.own + found.files < MEMORY_MAX,
          },
        ];
  return [
    {
      what: 'filling',
      measured: rate(filling.perSecond),
      held: `${EVENTS.toLocaleString('en')} events in ${filling.seconds.toFixed(1)} s`,
    },
    {
      what: 'start after a kill',
      measured: ms(Math.min(again.startedInMs, node.startedInMs)),
      held: `promised 1 s; ${ms(first.startedInMs)} with nothing on disk`,
      met: Math.min(again.startedInMs, node.startedInMs) < 1_000,
    },
    ...memory('after the start', atStart),
    ...memory('after appending', afterwards),
    {
      what: 'appending',
      measured: rate(full.perSecond),
      held: `${Math.round((full.perSecond / empty.perSecond) * 100)} % of the empty store at ${rate(empty.perSecond)}`,
      met: full.perSecond > empty.perSecond * 0.8,
    },
  ];
};
