import { setTimeout as sleep } from 'node:timers/promises';
import { differencesBetween, type RowDifference } from '../domain/row-differences.ts';
import { ownersOfBothSides } from './audit-owners.ts';
import type { LegacyRow } from './ports/legacy-database.ts';
import type { LegacyDatabase } from './ports/legacy-database.ts';
import type { Target } from './ports/target.ts';

export type AuditReport = {
  readonly owners: number;
  readonly rows: number;
  readonly differing: number;
  /** The first of them. */
  readonly differences: readonly OwnedDifference[];
};

export type OwnedDifference = RowDifference & { readonly table: string; readonly owner: string };

const EXAMPLES_MAX = 200;

export type AuditOptions = {
  readonly legacy: Pick<LegacyDatabase, 'readOwners' | 'readRowsOf' | 'ownersAmong'>;
  readonly target: Pick<Target, 'tables' | 'aggregateIdOf' | 'readAggregate' | 'listAggregates'>;
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

/** Compares the rows of every user whom one of the sides knows. What differs is looked at again: a row that has changed meanwhile is on its way. */
export const auditor = (options: AuditOptions) => {
  const { legacy, target, secondLookMs, untilFollowed, onProgress } = options;
  const owners = ownersOfBothSides({ legacy, target });

  const compare = async (table: string, owner: string) => {
    const [legacyRows, aggregate] = await Promise.all([
      legacy.readRowsOf(table, owner),
      target.readAggregate(target.aggregateIdOf(owner)),
    ]);
    const differences = differencesBetween(legacyRows, aggregate.rows).map((difference) => ({
      ...difference,
      signature: signatureOf(difference.id, legacyRows, aggregate.rows),
    }));
    const missing = differences.filter(({ missing: side }) => side === 'legacy').length;
    return { rows: legacyRows.length + missing, differences };
  };

  /** Compares users, and calls `onDifference` with each that differs. Resolves with the number of rows. */
  const compareEach = async (
    table: string,
    page: readonly string[],
    onDifference: (suspect: Suspect) => void,
  ): Promise<number> => {
    let rows = 0;
    for (const owner of page) {
      const result = await compare(table, owner);
      rows += result.rows;
      const signatures = new Set(result.differences.map(({ signature }) => signature));
      if (signatures.size > 0) onDifference({ table, owner, signatures });
    }
    return rows;
  };

  return async (): Promise<AuditReport> => {
    let [ownerCount, rows] = [0, 0];
    const suspects: Suspect[] = [];
    for (const { name: table } of target.tables.filter(({ ownedBy }) => ownedBy === 'user_id'))
      for (const pages of [owners.atLegacy(table), owners.onPlatformOnly(table)])
        for await (const page of pages) {
          rows += await compareEach(table, page, (suspect) => suspects.push(suspect));
          ownerCount += page.length;
          onProgress?.({ owners: ownerCount, rows });
        }
    if (suspects.length > 0) {
      await sleep(secondLookMs);
      await untilFollowed();
    }
    const differences: OwnedDifference[] = [];
    for (const { table, owner, signatures } of suspects)
      for (const { signature, ...difference } of (await compare(table, owner)).differences)
        if (signatures.has(signature)) differences.push({ ...difference, table, owner });
    const examples = differences.slice(0, EXAMPLES_MAX);
    return { owners: ownerCount, rows, differing: differences.length, differences: examples };
  };
};
