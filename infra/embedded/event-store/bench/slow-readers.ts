import { join } from 'node:path';
import {
  binaryEvent,
  EventStoreDBClient,
  persistentSubscriptionToStreamSettingsFromDefaults,
  START,
} from '@eventstore/db-client';
import getPort from 'get-port';
import { startNodeProcess } from '../contract/node-process.ts';
import { MEMORY_MAX, memoryOf, type Memory } from './memory.ts';
import { mebibytes, type Line } from './report.ts';
import { appendToMany, fresh } from './workloads.ts';

const HEAVY_EVENTS = 80;
const HEAVY_BYTES = 1_000_000;
const READERS = 20;
const APPENDS = 20_000;
const SAMPLE_EVERY_MS = 50;

const total = ({ own, files }: Memory): number => own + files;

/** The most that a process holds resident from now until `stop`. */
const peakOf = (pid: number): { readonly stop: () => Memory | undefined } => {
  let peak = memoryOf(pid);
  const timer = setInterval(() => {
    const now = memoryOf(pid);
    if (now !== undefined && peak !== undefined && total(now) > total(peak)) peak = now;
  }, SAMPLE_EVERY_MS);
  return {
    stop: () => {
      clearInterval(timer);
      return peak;
    },
  };
};

/** Readers on a connection each, every second one a subscription, that take no more than what their buffers hold. */
const stalledReaders = (url: string, stream: string): readonly EventStoreDBClient[] =>
  Array.from({ length: READERS }, (_, index) => {
    const client = EventStoreDBClient.connectionString(`${url}&keepAliveInterval=${String(20_000 + index)}`);
    const reader =
      index % 2 === 0 ? client.readStream(stream) : client.subscribeToStream(stream, { fromRevision: START });
    reader.on('error', () => undefined);
    return client;
  });

/** A consumer with a large buffer that takes every event and acknowledges none. */
const joinWithoutAnswering = async (client: EventStoreDBClient, stream: string): Promise<void> => {
  const settings = persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START });
  await client.createPersistentSubscriptionToStream(stream, 'silent', settings);
  const consumer = client.subscribeToPersistentSubscriptionToStream(stream, 'silent', { bufferSize: 100 });
  consumer.on('data', () => undefined).on('error', () => undefined);
};

/** What a node holds at most while readers stall, a group does not acknowledge, projections run and others append. */
export const measureSlowReaders = async (directory: string): Promise<Line[]> => {
  const args = ['--db', join(directory, 'slow-readers'), '--port', String(await getPort()), '--run-projections'];
  const node = await startNodeProcess({ args });
  const client = EventStoreDBClient.connectionString(node.connectionString);
  const stream = fresh();
  const heavy = () => binaryEvent({ type: 'Measured', data: new Uint8Array(HEAVY_BYTES).fill(120) });
  const peak = peakOf(node.pid);
  for (let index = 0; index < HEAVY_EVENTS; index += 1) await client.appendToStream(stream, heavy());
  const readers = stalledReaders(node.connectionString, stream);
  await joinWithoutAnswering(client, stream);
  await appendToMany(client, APPENDS, 32);
  const memory = peak.stop();
  await Promise.all([client, ...readers].map((disposable) => disposable.dispose()));
  await node.end('SIGTERM');
  const label = `${String(READERS)} stalled readers, a silent group, projections, ${APPENDS.toLocaleString('en')} appends`;
  if (memory === undefined) return [{ label, measurement: 'unknown', reference: 'this system does not tell' }];
  return [
    {
      label,
      measurement: `${mebibytes(memory.own)} and ${mebibytes(memory.files)} of files`,
      reference: 'promised 200 MiB at most',
      isMet: total(memory) < MEMORY_MAX,
    },
  ];
};
