import { setTimeout as sleep } from 'node:timers/promises';
import { differencesBetween, type RowDifference } from '../domain/row-differences.ts';
import type { LegacyDatabase } from './ports/legacy-database.ts';
import type { Target } from './ports/target.ts';

export type AuditReport = {
  readonly owners: number;
  readonly rows: number;
  readonly differing: number;
  /** The first of them. */
  readonly differences: readonly (RowDifference & { readonly table: string })[];
};

const OWNERS_PAGE = 500;
const EXAMPLES_MAX = 200;

type AuditOptions = {
  readonly legacy: Pick<LegacyDatabase, 'readOwners' | 'readRowsOf'>;
  readonly target: Target;
  /** Twice the usual lag: what still differs after it is no delay of a follower. */
  readonly secondLookMs: number;
};

/** Compares the rows of every user whom the monolith knows, on both sides. Users with a difference are looked at again before it counts. */
export const auditor = ({ legacy, target, secondLookMs }: AuditOptions) => {
  const compare = async (table: string, owner: string) => {
    const [legacyRows, aggregate] = await Promise.all([
      legacy.readRowsOf(table, owner),
      target.readAggregate(target.aggregateIdOf(owner)),
    ]);
    return { rows: legacyRows.length, differences: differencesBetween(legacyRows, aggregate.rows) };
  };

  /** Compares all users with rows, and calls `onDifference` with each that differs. */
  const compareAll = async (table: string, onDifference: (owner: string) => void) => {
    let [owners, rows] = [0, 0];
    let after: string | undefined;
    for (;;) {
      const page = await legacy.readOwners(table, after, OWNERS_PAGE);
      for (const owner of page) {
        const result = await compare(table, owner);
        owners += 1;
        rows += result.rows;
        if (result.differences.length > 0) onDifference(owner);
      }
      after = page.at(-1);
      if (page.length < OWNERS_PAGE) return { owners, rows };
    }
  };

  return async (): Promise<AuditReport> => {
    let [owners, rows] = [0, 0];
    const suspects: { readonly table: string; readonly owner: string }[] = [];
    for (const { name: table } of target.tables.filter(({ ownedBy }) => ownedBy === 'user_id')) {
      const counts = await compareAll(table, (owner) => suspects.push({ table, owner }));
      owners += counts.owners;
      rows += counts.rows;
    }
    if (suspects.length > 0) await sleep(secondLookMs);
    const differences: AuditReport['differences'][number][] = [];
    for (const { table, owner } of suspects)
      differences.push(...(await compare(table, owner)).differences.map((difference) => ({ ...difference, table })));
    return { owners, rows, differing: differences.length, differences: differences.slice(0, EXAMPLES_MAX) };
  };
};
