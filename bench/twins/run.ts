/**
 * Measures how long an append takes that another process makes at the same moment with the same event id. The node drops
 * one of the two as a running EventStoreDB does, and would answer it after 2 s. The floor is one process alone.
 * `-- --pairs 200` sets how often; EVENTSTORE_URL names another store than the embedded one.
 */
import { randomUUID } from 'node:crypto';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startNode } from '@lego-moc/embedded-event-store/server/start-node';
import { machine } from '../measuring/report.ts';
import type { AppendRequest } from './appender.ts';

const { values } = parseArgs({ options: { pairs: { type: 'string', default: '200' } } });
const PAIRS = Number(values.pairs);
const WARM_UP = 20;

const askFor = async (appender: ChildProcess, request: AppendRequest): Promise<number> => {
  const answer = once(appender, 'message') as Promise<[number]>;
  appender.send(request);
  return (await answer)[0];
};

const measure = async (appenders: readonly ChildProcess[]): Promise<readonly number[]> => {
  const durations: number[] = [];
  for (let pair = -WARM_UP; pair < PAIRS; pair += 1) {
    const request = { stream: `toys-${randomUUID()}`, eventId: randomUUID() };
    const ofPair = await Promise.all(appenders.map((appender) => askFor(appender, request)));
    if (pair >= 0) durations.push(...ofPair);
  }
  return durations;
};

const print = (label: string, durations: readonly number[]): void => {
  const ascending = durations.toSorted((a, b) => a - b);
  const figures = [0.5, 0.95, 1].map((share) => ascending[Math.ceil(ascending.length * share) - 1]?.toFixed(1));
  console.log([label.padEnd(24), ...figures].join('\t'));
};

const givenUrl = process.env['EVENTSTORE_URL'];
const node = givenUrl === undefined ? await startNode({ mem: true, port: 0 }) : undefined;
const env = { ...process.env, EVENTSTORE_URL: givenUrl ?? `esdb://127.0.0.1:${node?.port}?tls=false` };
const start = (): ChildProcess => fork(join(import.meta.dirname, 'appender.ts'), { env });
const appenders = [start(), start()];
try {
  const alone = await measure(appenders.slice(0, 1));
  const twins = await measure(appenders);
  console.log(`${machine()}; ${PAIRS} pairs`);
  console.log(['ms until it is answered'.padEnd(24), 'p50', 'p95', 'most'].join('\t'));
  print('two processes, one id', twins);
  print('floor: one process', alone);
} finally {
  for (const appender of appenders) appender.kill();
  await node?.stop();
}
