import { openDatabase } from '@lego-moc/postgres/database';
import { copyRows } from '@lego-moc/postgres/copy';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import type { NeededList, StockLot } from '../domain/buildability/needs.ts';

/** Prints what half of the answers took, and 95 of 100. */
export const report = (name: string, times: readonly number[]): void => {
  const sortedTimes = times.toSorted((a, b) => a - b);
  const at = (share: number) => (sortedTimes[Math.floor(sortedTimes.length * share)] ?? 0).toFixed(1);
  console.log(`${name.padEnd(62)} p50 ${at(0.5).padStart(7)} ms  p95 ${at(0.95).padStart(7)} ms`);
};

/** The exact match of some MOCs as SQL on two indexed tables: how many of its pieces are there, without saying which. */
export const plainSql = async (stock: readonly StockLot[], mocs: readonly NeededList[]) => {
  const postgres = await postgresForTests();
  const db = openDatabase(await postgres.databaseUrl('bench'), { schema: 'bench' });
  await db.none('CREATE TABLE stock (part text NOT NULL, colour text NOT NULL, quantity int NOT NULL)');
  await db.none(
    'CREATE TABLE needed (moc int NOT NULL, part text NOT NULL, colour text NOT NULL, quantity int NOT NULL)',
  );
  await copyRows(
    db,
    'stock',
    ['part', 'colour', 'quantity'],
    stock.map(({ part, colour, quantity }) => [part, colour, quantity]),
  );
  await copyRows(
    db,
    'needed',
    ['moc', 'part', 'colour', 'quantity'],
    mocs.flatMap(({ lots }, moc) => lots.map(({ part, colour, quantity }) => [moc, part, colour, quantity])),
  );
  await db.none('CREATE INDEX ON stock (part, colour) INCLUDE (quantity)');
  await db.none('ANALYZE');

  return {
    /** Throws unless SQL finds `expected` pieces of each MOC. */
    measure: async (name: string, runs: number, expected: readonly number[]): Promise<void> => {
      const times: number[] = [];
      for (let run = 0; run < runs; run += 1) {
        const start = performance.now();
        const rows = await db.any<{ pieces: number }>(
          `SELECT coalesce(sum(least(needed.quantity, coalesce(present.quantity, 0))), 0)::int AS pieces
             FROM needed JOIN LATERAL (SELECT sum(quantity) AS quantity FROM stock
               WHERE stock.part = needed.part AND stock.colour = needed.colour) present ON true
             GROUP BY moc ORDER BY moc`,
        );
        times.push(performance.now() - start);
        const pieces = rows.map((row) => row.pieces);
        if (pieces.join() !== expected.join())
          throw new Error(`SQL finds ${pieces.join()} pieces, the assignment ${expected.join()}`);
      }
      report(name, times);
    },
    close: () => db.close(),
  };
};
