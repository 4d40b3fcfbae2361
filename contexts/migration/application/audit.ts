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

/** Compares every row of both sides, user by user. A user with a difference is looked at again before it counts. */
export const auditor = ({ legacy, target, secondLookMs }: AuditOptions) => {
  const compare = async (table: string, owner: string) => {
    const [legacyRows, aggregate] = await Promise.all([
      legacy.readRowsOf(table, owner),
      target.readAggregate(target.aggregateIdOf(owner)),
    ]);
    return { rows: legacyRows.length, differences: differencesBetween(legacyRows, aggregate.rows) };
  };

  const compareTwice = async (table: string, owner: string) => {
    const first = await compare(table, owner);
    if (first.differences.length === 0) return first;
    await sleep(secondLookMs);
    return compare(table, owner);
  };

  return async (): Promise<AuditReport> => {
    let [owners, rows, differing] = [0, 0, 0];
    const examples: AuditReport['differences'][number][] = [];
    for (const { name: table } of target.tables.filter(({ ownedBy }) => ownedBy === 'user_id')) {
      let after: string | undefined;
      for (;;) {
        const page = await legacy.readOwners(table, after, OWNERS_PAGE);
        for (const owner of page) {
          const result = await compareTwice(table, owner);
          owners += 1;
          rows += result.rows;
          differing += result.differences.length;
          examples.push(
            ...result.differences
              .slice(0, EXAMPLES_MAX - examples.length)
              .map((difference) => ({ ...difference, table })),
          );
        }
        after = page.at(-1);
        if (page.length < OWNERS_PAGE) break;
      }
    }
    return { owners, rows, differing, differences: examples };
  };
};
