import { setTimeout as sleep } from 'node:timers/promises';
import type { AuditReply, MigrationReply } from '@lego-moc/migration/contracts/http-api';
import { formatCount, formatTable, print, printError, printJson } from '@lego-moc/projections-cli/output';
import { printAudit, printDifferences, printGates } from './reports.ts';
import { Refusal, type MigrationClient } from './migration-client.ts';

export type Options = {
  readonly json: boolean;
  readonly reason: string;
  readonly force: boolean;
  readonly percent?: number;
  /** Advances although gates that judge traffic cannot tell yet. */
  readonly withoutEvidence: boolean;
  /** Whose version of rows is right. */
  readonly keep?: string;
  /** Rows to reconcile; all that the last audit found when none is named. */
  readonly rows: readonly string[];
};

/** Resolves with whether all is well. */
export type Command = (client: MigrationClient, name: string, options: Options) => Promise<boolean>;

const LOOK_EVERY_MS = 250;

const stageOf = ({ state, percent }: Pick<MigrationReply, 'state' | 'percent'>): string =>
  state === 'canary' ? `canary ${String(percent)} %` : state;

const backfillOf = ({ backfill: { completed, rows, total, findings } }: MigrationReply): string => {
  const part = total === null ? formatCount(rows) : `${formatCount(rows)} of ${formatCount(total)}`;
  return `${completed ? 'complete' : part}, ${formatCount(findings)} findings`;
};

export const printMigrations = (migrations: readonly MigrationReply[], { json }: Pick<Options, 'json'>): void => {
  if (json) migrations.forEach(printJson);
  else
    print(
      formatTable([
        ['NAME', 'STAGE', 'NEXT', 'HELD', 'EPOCH', 'STRANDED', 'BACKFILL'],
        ...migrations.map((migration) => [
          migration.capability,
          stageOf(migration),
          migration.transition === null ? '' : stageOf(migration.transition),
          migration.held ? 'held' : '',
          String(migration.epoch),
          migration.stranded === null ? '' : formatCount(migration.stranded),
          backfillOf(migration),
        ]),
      ]),
    );
};

/** Reads until `isDone`, and tells of each step that looks otherwise than the last one. */
const follow = async <Value>(
  read: () => Promise<Value>,
  isDone: (value: Value) => boolean,
  describe: (value: Value) => string,
): Promise<Value> => {
  let lastText = '';
  for (;;) {
    const value = await read();
    const text = describe(value);
    if (text !== lastText) printError(text);
    lastText = text;
    if (isDone(value)) return value;
    await sleep(LOOK_EVERY_MS);
  }
};

const auditProgress = ({ rows, running }: AuditReply): string =>
  running ? `audit: ${formatCount(rows)} rows compared` : 'audit: finished';

const untilAudited = (client: MigrationClient, name: string): Promise<AuditReply> =>
  follow(
    () => client.readAudit(name),
    ({ running }) => !running,
    auditProgress,
  );

/** Begins a transition and waits for its end; a gate that cannot tell yet is asked again once the audit has finished. */
const move = async (client: MigrationClient, name: string, action: string, body: object): Promise<MigrationReply> => {
  for (;;) {
    try {
      const { epoch } = await client.act(name, action, body);
      const migration = await follow(
        () => client.read(name),
        ({ transition }) => transition === null,
        ({ transition, ...at }) => (transition === null ? stageOf(at) : `${stageOf(at)} → ${stageOf(transition)}`),
      );
      return { ...migration, epoch };
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'gate-inconclusive') throw error;
      if (!(await client.readAudit(name)).running) throw error;
      await untilAudited(client, name);
    }
  }
};

export const status: Command = async (client, name, options) => {
  const migration = await client.read(name);
  printMigrations([migration], options);
  return !migration.held;
};

const isAt = (before: MigrationReply, after: MigrationReply): boolean =>
  before.state === after.state && before.percent === after.percent;

const changeStage =
  (action: 'advance' | 'rollback'): Command =>
  async (client, name, { reason, force, percent, withoutEvidence, json }) => {
    const before = await client.read(name);
    const extra =
      action === 'rollback' ? { force } : { withoutEvidence, ...(percent === undefined ? {} : { percent }) };
    const after = await move(client, name, action, { reason, ...extra });
    printMigrations([after], { json });
    if (!isAt(before, after)) return true;
    printError('The transition was given up, and everything is as it was. Try again.');
    return false;
  };

export const advance = changeStage('advance');
export const rollback = changeStage('rollback');

/** Begins to follow the monolith, unless that has begun, and waits until every row is copied. */
export const backfill: Command = async (client, name, { reason, json }) => {
  if ((await client.read(name)).state === 'off') await move(client, name, 'advance', { reason });
  const migration = await follow(
    () => client.read(name),
    (latest) => latest.backfill.completed,
    (latest) => `backfill: ${backfillOf(latest)}`,
  );
  printMigrations([migration], { json });
  return true;
};

const act =
  (action: 'hold' | 'release'): Command =>
  async (client, name, { reason, json }) => {
    printMigrations([await client.act(name, action, { reason })], { json });
    return true;
  };
export const hold = act('hold');
export const release = act('release');

/** Compares all rows now. */
export const audit: Command = async (client, name, { json }) => {
  await client.startAudit(name);
  const report = await untilAudited(client, name);
  if (json) printJson(report);
  else printAudit(report);
  return report.differing === 0;
};

/** What the last audit found, and where the answers of both sides differ. */
export const diff: Command = async (client, name, { json }) => {
  const [report, evidence] = await Promise.all([client.readAudit(name), client.readEvidence(name)]);
  if (json) {
    printJson(report);
    printJson(evidence);
  } else {
    if (report.finishedAt === null) print('There was no audit yet: npm run migrate -- audit NAME');
    else printAudit(report);
    printDifferences(evidence);
  }
  return report.differing === 0 && evidence.comparisons.different === 0;
};

/** Gives both sides one version of the rows that the last audit found, and compares again. */
export const reconcile: Command = async (client, name, { reason, keep, rows, ...options }) => {
  const count = await client.reconcile(name, { reason, keep, rows });
  printError(`${formatCount(count)} rows reconciled; comparing again`);
  return audit(client, name, { reason, rows, ...options });
};

/** What the gates say about the traffic of both sides. */
export const gates: Command = async (client, name, { json }) => {
  const evidence = await client.readEvidence(name);
  if (json) printJson(evidence);
  else printGates(evidence);
  return evidence.verdicts.every(({ outcome }) => outcome !== 'fail');
};
