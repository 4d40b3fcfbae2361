import { execFile } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { z } from 'zod';
import type { AuditCheck } from '@lego-moc/operations/contracts/audits';
import type { OperatedProjection, OpsClient } from './ops-client.ts';
import { formatTable, print, printJson } from './output.ts';

type AuditOptions = {
  readonly json: boolean;
  readonly repair: boolean;
  readonly limit: number;
  /** Nothing is done while the last audit is younger than this. */
  readonly everyHours?: number | undefined;
};

const ROOT = join(import.meta.dirname, '../..');
const PROGRAM_TIMEOUT_MS = 30 * 60_000;

type Outcome = { readonly exitCode: number; readonly output: string };

const runProgram = (path: string, ...options: readonly string[]): Promise<Outcome> =>
  new Promise((resolve) => {
    const settings = { timeout: PROGRAM_TIMEOUT_MS, maxBuffer: 64 * 1024 * 1024, cwd: ROOT };
    execFile(process.execPath, [join(ROOT, path), ...options], settings, (error, output) =>
      resolve({ exitCode: error === null ? 0 : typeof error.code === 'number' ? error.code : 2, output }),
    );
  });

/** A program of a service that exits with 0 when it has found nothing, with 1 when it has, and otherwise could not. */
type Program = {
  readonly name: string;
  readonly path: string;
  readonly look: readonly string[];
  /** Undefined where a person has to decide. */
  readonly repair?: readonly string[];
  /** How many differences its output tells of. */
  readonly countIn: (output: string) => number;
};

const lengths = z
  .record(z.string(), z.unknown())
  .transform((fields) =>
    Object.values(fields).reduce<number>((sum, field) => sum + (Array.isArray(field) ? field.length : 0), 0),
  );
const accountReport = z.object({ uncounted: z.number(), excess: z.number() });

const PROGRAMS: readonly Program[] = [
  {
    ...{ name: 'stored files', path: 'contexts/file-storage/storage-audit.ts', look: ['--settle', '10'] },
    countIn: (output) => lengths.parse(JSON.parse(output)),
  },
  {
    ...{ name: 'storage accounts', path: 'contexts/file-storage/storage-recount.ts', look: ['--dry-run'], repair: [] },
    countIn: (output) => {
      const { uncounted, excess } = accountReport.parse(JSON.parse(output));
      return uncounted + excess;
    },
  },
  {
    ...{
      name: 'gallery links',
      path: 'contexts/moc-management/audit-gallery-links.ts',
      look: [],
      repair: ['--repair'],
    },
    countIn: (output) => Number(/, (\d{1,15}) dangling/.exec(output)?.[1] ?? Number.NaN),
  },
];

const unknownCheck = (name: string, note: string): AuditCheck => ({ name, differences: null, repaired: 0, note });

const checkByProgram = async (
  { name, path, look, repair, countIn }: Program,
  isRepairing: boolean,
): Promise<AuditCheck> => {
  const { exitCode, output } = await runProgram(path, ...look);
  try {
    const differences = countIn(output);
    if (exitCode > 1 || Number.isNaN(differences)) return unknownCheck(name, `${path} could not compare`);
    if (differences === 0 || !isRepairing || repair === undefined)
      return { name, differences, repaired: 0, note: path };
    const repairOutcome = await runProgram(path, ...repair);
    return { name, differences, repaired: repairOutcome.exitCode === 0 ? differences : 0, note: path };
  } catch {
    return unknownCheck(name, `${path} could not compare: it needs the settings of its service`);
  }
};

const jobLine = z.object({ phase: z.string(), differing: z.number().default(0), failed: z.number().default(0) });

const runJob = async ({ request }: OpsClient, projection: OperatedProjection, job: string) => {
  const response = await request(projection, 'POST', job);
  let last = jobLine.parse({ phase: 'failed' });
  if (response.body !== null)
    for await (const line of createInterface(Readable.fromWeb(response.body))) last = jobLine.parse(JSON.parse(line));
  return last;
};

const checkReadModel = async (
  client: OpsClient,
  projection: OperatedProjection,
  isRepairing: boolean,
): Promise<AuditCheck> => {
  const name = `${projection.service}/${projection.name}`;
  try {
    const { phase, differing, failed } = await runJob(client, projection, '/verify');
    if (phase !== 'done') return unknownCheck(name, 'the verification broke off');
    const differences = differing + failed;
    if (differences === 0 || !isRepairing) return { name, differences, repaired: 0, note: 'rows against streams' };
    const rebuild = await runJob(client, projection, '/rebuild?reason=audit');
    const repairCount = rebuild.phase === 'done' ? Math.max(0, differences - rebuild.failed) : 0;
    return { name, differences, repaired: repairCount, note: 'rows against streams' };
  } catch (error) {
    return unknownCheck(name, (error instanceof Error ? error.message : String(error)).slice(0, 200));
  }
};

const LOOKED_THROUGH = 200;
const HOUR_MS = 3_600_000;

const isDue = async (client: OpsClient, everyHours: number): Promise<boolean> => {
  const actions = await client.actions(LOOKED_THROUGH);
  const last = actions.find(({ action }) => action === 'audit');
  return last === undefined || Date.now() - Date.parse(last.takenAt) >= everyHours * HOUR_MS;
};

/**
 * Compares read models and the search index with the streams, and what services keep beside them; prints one table, and
 * puts the result on record. Returns whether no difference is left.
 */
export const audit = async (client: OpsClient, { json, repair, everyHours }: AuditOptions): Promise<boolean> => {
  if (everyHours !== undefined && !(await isDue(client, everyHours))) {
    print(`The last audit is less than ${everyHours} hours old.`);
    return true;
  }
  const { projections, unreachable } = await client.listAll();
  const checks: AuditCheck[] = unreachable.map((service) => unknownCheck(service, 'the service does not answer'));
  for (const projection of projections) checks.push(await checkReadModel(client, projection, repair));
  for (const program of PROGRAMS) checks.push(await checkByProgram(program, repair));
  await client.report(checks);
  if (json) printJson(checks);
  else {
    const rows = checks.map(({ name, differences, repaired, note }) => [
      ...[name, differences === null ? 'unknown' : String(differences), String(repaired), note],
    ]);
    print(formatTable([['COMPARED', 'DIFFERENCES', 'REPAIRED', 'BY'], ...rows]));
  }
  return checks.every(({ differences, repaired }) => differences === repaired);
};
