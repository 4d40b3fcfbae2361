import { isRejection, reject, type Rejection } from '@lego-moc/kernel/decider';
import type { Cause } from '@lego-moc/application/event-streams';
import { changesToWrite, differencesBetween } from '../domain/row-differences.ts';
import { reconcilingRefusal } from '../domain/migration.ts';
import type { MigrationRejection } from '../domain/migration-commands.ts';
import type { RowsReconciled } from '../domain/migration-events.ts';
import type { AuditJob } from './audit-job.ts';
import type { LegacyDatabase } from './ports/legacy-database.ts';
import type { Target } from './ports/target.ts';
import type { MigrationStates } from './transitions.ts';

type ReconciliationOptions = {
  readonly states: MigrationStates;
  readonly legacy: Pick<LegacyDatabase, 'readRowsOf' | 'applyChanges' | 'captureRows'>;
  readonly target: Pick<Target, 'capability' | 'readAggregate' | 'aggregateIdOf'>;
  readonly audits: Pick<AuditJob, 'status'>;
};

export type ReconcileRows = Omit<RowsReconciled['data'], 'rows'> & {
  /** Of the rows that the last audit found to differ; all of them when none are named. */
  readonly ids: readonly string[];
};

/** Gives both sides the version of rows that a person chose. */
export const rowReconciler = ({ states, legacy, target, audits }: ReconciliationOptions) => {
  /** Rows of a user that differ still, of those that were chosen; resolves with their number. */
  const reconcile = async (
    { table, owner }: { readonly table: string; readonly owner: string },
    chosenIds: ReadonlySet<string>,
    keep: ReconcileRows['keep'],
  ): Promise<number> => {
    const [legacyRows, aggregate] = await Promise.all([
      legacy.readRowsOf(table, owner),
      target.readAggregate(target.aggregateIdOf(owner)),
    ]);
    const ids = differencesBetween(legacyRows, aggregate.rows)
      .map(({ id }) => id)
      .filter((id) => chosenIds.has(id));
    const isChosen = ({ id }: { readonly id: string }): boolean => ids.includes(id);
    const [atLegacy, onPlatform] = [legacyRows.filter(isChosen), aggregate.rows.filter(isChosen)];
    if (keep === 'platform') {
      const isOnPlatform = new Set(onPlatform.map(({ id }) => id));
      const deletions = ids.filter((id) => !isOnPlatform.has(id));
      await legacy.applyChanges(table, changesToWrite(atLegacy, onPlatform, deletions));
    } else {
      const isAtLegacy = new Set(atLegacy.map(({ id }) => id));
      const missing = onPlatform.filter(({ id }) => !isAtLegacy.has(id));
      await legacy.captureRows(table, [...isAtLegacy], missing);
    }
    return ids.length;
  };

  return async (
    { ids, keep, ...act }: ReconcileRows,
    cause: Cause,
  ): Promise<{ readonly rows: number } | Rejection<MigrationRejection>> => {
    const { capability } = target;
    const refusal = reconcilingRefusal((await states.latest(capability)).state);
    if (refusal !== undefined) return refusal;
    const { finishedAt, differences } = audits.status();
    if (finishedAt === null) return reject('nothing-to-reconcile', 'Compare the rows first: there was no audit yet.');
    const choice = differences.filter(({ id }) => ids.length === 0 || ids.includes(id));
    const chosenIds = new Set(choice.map(({ id }) => id));
    const owners = new Map(choice.map(({ table, owner }) => [`${table} ${owner}`, { table, owner }]));
    let rows = 0;
    for (const rowsOfOwner of owners.values()) rows += await reconcile(rowsOfOwner, chosenIds, keep);
    const command = { type: 'StateReconciled', data: { ...act, keep, rows } } as const;
    const outcome = await states.handle(capability, command, cause);
    return isRejection(outcome) ? outcome : { rows };
  };
};

export type RowReconciler = ReturnType<typeof rowReconciler>;
