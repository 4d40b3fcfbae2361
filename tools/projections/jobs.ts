import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { reasonQuery, type Options } from './commands.ts';
import type { OperatedConsumer, OpsClient } from './ops-client.ts';
import { formatCount, print, printError, printJson } from './output.ts';

const progress = z.object({
  phase: z.string(),
  /** Absent for jobs that read no events. */
  events: z.number().optional(),
  rows: z.number().default(0),
  elapsedMs: z.number().default(0),
  failed: z.number().default(0),
  firstFailure: z.string().optional(),
  reason: z.string().optional(),
});
type Progress = z.infer<typeof progress>;

const formatProgress = ({ phase, events, rows, elapsedMs, reason }: Progress): string => {
  if (reason !== undefined) return `${phase}: ${reason}`;
  const cost = `${formatCount(rows)} rows, ${(elapsedMs / 1_000).toFixed(1)} s`;
  if (events === undefined) return `${phase}: ${cost}`;
  const perSecond = elapsedMs === 0 ? 0 : Math.round((events / elapsedMs) * 1_000);
  return `${phase}: ${formatCount(events)} events, ${cost}, ${formatCount(perSecond)} events/s`;
};

const printProgress = (line: Progress): void => {
  if (process.stdout.isTTY) process.stdout.write(`\r\u001b[K${formatProgress(line)}`);
  else print(formatProgress(line));
};

/** Starts a job of a projection and prints its progress, on one line of a terminal; returns the last line. */
const runJob = async <Line extends Progress>(
  { request }: OpsClient,
  projection: OperatedConsumer,
  job: { readonly path: '/rebuild' | '/rollback' | '/verify'; readonly line: z.ZodType<Line> },
  { json, reason }: Options,
): Promise<Line | undefined> => {
  if (projection.kind === 'subscription')
    throw new Error(
      `${projection.name} is a subscription without a read model: there is nothing to rebuild, roll back or verify.`,
    );
  if (reason === undefined && job.path !== '/verify')
    throw new Error(`Say why: npm run projections -- ${job.path.slice(1)} ${projection.name} --reason TEXT`);
  const response = await request(projection, 'POST', `${job.path}${reasonQuery({ reason })}`);
  if (response.body === null) throw new Error('The service sent an empty answer');
  let last: Line | undefined;
  for await (const text of createInterface(Readable.fromWeb(response.body))) {
    last = job.line.parse(JSON.parse(text));
    if (json) printJson({ service: projection.service, name: projection.name, ...last });
    else printProgress(last);
  }
  if (process.stdout.isTTY && !json) print('');
  if (last !== undefined && last.failed > 0)
    printError(
      `${formatCount(last.failed)} streams have an event that cannot be read, first ${last.firstFailure ?? 'unknown'}`,
    );
  return last;
};

/** Rebuilds a read model; returns whether all of its streams could be read. */
export const rebuild = async (client: OpsClient, name: string, options: Options): Promise<boolean> => {
  const last = await runJob(client, await client.find(name), { path: '/rebuild', line: progress }, options);
  if (last?.phase === 'done') return last.failed === 0;
  printError('The rebuild failed; readers still have the read model from before.');
  return false;
};

/** Goes back to the rows from before the last rebuild; returns whether readers see them. */
export const rollback = async (client: OpsClient, name: string, options: Options): Promise<boolean> => {
  const last = await runJob(client, await client.find(name), { path: '/rollback', line: progress }, options);
  if (last?.phase === 'done') return true;
  printError('The rollback failed; readers still have the read model from before.');
  return false;
};

const verification = progress.extend({
  differing: z.number().default(0),
  differences: z
    .array(
      z.object({
        id: z.string(),
        revision: z.string().nullable(),
        expectedRevision: z.string().nullable(),
        columns: z.array(z.string()),
      }),
    )
    .default([]),
});
type Difference = z.infer<typeof verification>['differences'][number];

const formatDifference = ({ id, revision, expectedRevision, columns }: Difference): string => {
  if (revision === null) return `  ${id}: the row is missing, the streams lead to revision ${String(expectedRevision)}`;
  if (expectedRevision === null) return `  ${id}: there is a row at revision ${revision}, but no stream leads to it`;
  const at =
    revision === expectedRevision ? `at revision ${revision}` : `at ${revision} instead of ${expectedRevision}`;
  return `  ${id}: ${at}${columns.length === 0 ? '' : `, other values in ${columns.join(', ')}`}`;
};

const verifyOne = async (client: OpsClient, projection: OperatedConsumer, options: Options): Promise<boolean> => {
  const last = await runJob(client, projection, { path: '/verify', line: verification }, options);
  if (last?.phase !== 'done') {
    printError(`${projection.name}: the verification failed.`);
    return false;
  }
  if (!options.json) {
    const { differing, differences, rows } = last;
    if (differing === 0) print(`${projection.name}: ${formatCount(rows)} rows are what the streams say.`);
    else
      print(
        `${projection.name}: ${formatCount(differing)} rows differ from what the streams say; a rebuild mends them.`,
      );
    for (const difference of differences) print(formatDifference(difference));
    if (differing > differences.length) print(`  and ${formatCount(differing - differences.length)} more`);
  }
  return last.differing === 0 && last.failed === 0;
};

/** Compares one read model with a rebuild from the streams; returns whether they are equal. */
export const verify = async (client: OpsClient, name: string, options: Options): Promise<boolean> =>
  verifyOne(client, await client.find(name), options);

/** Compares all read models of all services that answer, one after the other; returns whether all are equal. */
export const verifyAll = async (client: OpsClient, options: Options): Promise<boolean> => {
  const { projections, unreachable } = await client.listAll();
  let areEqual = unreachable.length === 0;
  for (const projection of projections) areEqual = (await verifyOne(client, projection, options)) && areEqual;
  if (unreachable.length > 0) printError(`No answer from: ${unreachable.join(', ')}`);
  return areEqual;
};
