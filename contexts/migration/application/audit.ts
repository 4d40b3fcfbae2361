import { setTimeout as sleep } from 'node:timers/promises';
import { differencesBetween, type RowDifference } from '../domain/row-differences.ts';
import type { LegacyRow } from './ports/legacy-database.ts';
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

export type AuditOptions = {
  readonly legacy: Pick<LegacyDatabase, 'readOwners' | 'readRowsOf'>;
  readonly target: Target;
  /** Resolves once the followers have been through a whole round that began later, or when it takes too long. */
  readonly untilFollowed: () => Promise<void>;
  /** Between the two looks, besides. */
  readonly secondLookMs: number;
  /** Called from time to time with what was compared so far. */
  readonly onProgress?: (progress: { readonly owners: number; readonly rows: number }) => void;
};

type Suspect = { readonly table: string; readonly owner: string; readonly signatures: ReadonlySet<string> };

/** A difference with the two versions of its row: it counts when it is still the same at the second look. */
const signatureOf = (id: string, ...sides: readonly (readonly LegacyRow[])[]): string =>
  JSON.stringify(sides.map((rows) => rows.find((row) => row.id === id)));

/** Compares the rows of every user whom the monolith knows, on both sides. What differs is looked at again: a row that has changed meanwhile is on its way. */
export const auditor = (options: AuditOptions) => {
  const { legacy, target, secondLookMs, untilFollowed, onProgress } = options;

  const compare = async (table: string, owner: string) => {
    const [legacyRows, aggregate] = await Promise.all([
      legacy.readRowsOf(table, owner),
      target.readAggregate(target.aggregateIdOf(owner)),
    ]);
    const differences = differencesBetween(legacyRows, aggregate.rows).map((difference) => ({
      ...difference,
      signature: signatureOf(difference.id, legacyRows, aggregate.rows),
    }));
    return { rows: legacyRows.length, differences };
  };

  /** Compares all users with rows, and calls `onDifference` with each that differs. */
  const compareAll = async (table: string, onDifference: (suspect: Suspect) => void) => {
    let [owners, rows] = [0, 0];
    let after: string | undefined;
    for (;;) {
      const page = await legacy.readOwners(table, after, OWNERS_PAGE);
      for (const owner of page) {
        const result = await compare(table, owner);
        owners += 1;
        rows += result.rows;
        const signatures = new Set(result.differences.map(({ signature }) => signature));
        if (signatures.size > 0) onDifference({ table, owner, signatures });
      }
      onProgress?.({ owners, rows });
      after = page.at(-1);
      if (page.length < OWNERS_PAGE) return { owners, rows };
    }
  };

  return async (): Promise<AuditReport> => {
    let [owners, rows] = [0, 0];
    const suspects: Suspect[] = [];
    for (const { name: table } of target.tables.filter(({ ownedBy }) => ownedBy === 'user_id')) {
      const counts = await compareAll(table, (suspect) => suspects.push(suspect));
      owners += counts.owners;
      rows += counts.rows;
    }
    if (suspects.length > 0) {
      await sleep(secondLookMs);
      await untilFollowed();
    }
    const differences: AuditReport['differences'][number][] = [];
    for (const { table, owner, signatures } of suspects)
      for (const { signature, ...difference } of (await compare(table, owner)).differences)
        if (signatures.has(signature)) differences.push({ ...difference, table });
    return { owners, rows, differing: differences.length, differences: differences.slice(0, EXAMPLES_MAX) };
  };
};
