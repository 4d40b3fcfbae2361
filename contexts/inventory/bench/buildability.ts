import { openDatabase } from '@lego-moc/postgres/database';
import { copyRows } from '@lego-moc/postgres/copy';
import { mochaHooks } from '@lego-moc/testing/mocha-hooks';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import { gainOfSet, withoutUselessStock } from '../domain/advice/set-gains.ts';
import { checkBuildability, checkProgress, sumProgress, type Shelves } from '../domain/buildability/buildability.ts';
import { choiceFinder } from '../domain/buildability/choices.ts';
import type { NeededList, StockLot } from '../domain/buildability/needs.ts';
import { relationGraph, type PartRelation } from '../domain/buildability/part-relations.ts';
import { stockPool } from '../domain/buildability/stock-pool.ts';
import { EXACT, WIDEST, relations, type Tolerance } from '../domain/buildability/tolerance.ts';
import { lotKeyOf } from '../domain/lots.ts';

/**
 * Measures buildability: a MOC of 2,200 pieces against 100,000 owned pieces, exactly and with every substitute, and the
 * progress of 100 such MOCs, and what 20 sets would bring; beside them the exact match as plain SQL on the same data. Milliseconds of each answer.
 */
const OWNED_PIECES = 100_000;
const MOC_PIECES = 2_200;
const MOCS = 100;
const RUNS = 30;
const PARTS = 5_000;
const COLOURS = 60;

/** Marsaglia's xorshift: the same data in every run. */
const randomBelow = (() => {
  let state = 2_463_534_242;
  return (limit: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
})();
/** Common parts and colours are far more common than rare ones. */
const pickCommon = (limit: number): string =>
  String(Math.min(randomBelow(limit), randomBelow(limit), randomBelow(limit)));

const fill = <Lot extends { readonly quantity: number }>(pieces: number, lot: () => Lot): readonly Lot[] => {
  const lots: Lot[] = [];
  for (let sum = 0; sum < pieces; sum += lots.at(-1)?.quantity ?? 1) lots.push(lot());
  return lots;
};

const stock = fill<StockLot>(OWNED_PIECES, () => ({
  ...{ holding: `bin ${randomBelow(40)}`, part: pickCommon(PARTS), colour: pickCommon(COLOURS) },
  ...{ quantity: 1 + randomBelow(9), reservedFor: null },
}));
const mocOf = (listId: string, tolerance: Tolerance): NeededList => {
  const kinds = new Map<string, NeededList['lots'][number]>();
  const lots = fill(MOC_PIECES, () => ({
    part: pickCommon(PARTS),
    colour: pickCommon(COLOURS),
    quantity: 1 + randomBelow(9),
  }));
  for (const lot of lots) {
    const lotId = `${lot.part}:${lot.colour}`;
    const quantity = lot.quantity + (kinds.get(lotId)?.quantity ?? 0);
    kinds.set(lotId, { ...lot, lotId, quantity, hidden: false, tolerance: null });
  }
  return { listId, lots: [...kinds.values()], tolerance, hiddenTolerance: tolerance };
};
/** Half as many relations as parts, as in the catalogue. */
const partRelations = Array.from({ length: PARTS / 2 }, (): PartRelation => {
  const part = randomBelow(PARTS);
  const relation = relations[randomBelow(relations.length)] ?? 'print';
  return { relation, part: String(part), otherPart: String((part + 1 + randomBelow(20)) % PARTS) };
});
const facts = {
  graph: relationGraph(partRelations),
  families: new Map(Array.from({ length: COLOURS }, (_, id) => [String(id), String(id % 12)])),
};
const shelvesOf = (): Shelves => {
  const pool = stockPool(stock);
  return { pool, find: choiceFinder(pool, facts) };
};

const report = (name: string, times: readonly number[]): void => {
  const sortedTimes = times.toSorted((a, b) => a - b);
  const at = (share: number) => (sortedTimes[Math.floor(sortedTimes.length * share)] ?? 0).toFixed(1);
  console.log(`${name.padEnd(62)} p50 ${at(0.5).padStart(7)} ms  p95 ${at(0.95).padStart(7)} ms`);
};
const measure = (name: string, runs: number, work: (run: number) => void): void => {
  const times = Array.from({ length: runs }, (_, run) => {
    const start = performance.now();
    work(run);
    return performance.now() - start;
  });
  report(name, times);
};

const measureSql = async (moc: NeededList, expected: number): Promise<void> => {
  const postgres = await postgresForTests();
  const db = openDatabase(await postgres.databaseUrl('bench'), { schema: 'bench' });
  for (const table of ['stock', 'needed'])
    await db.none(`CREATE TABLE ${table} (part text NOT NULL, colour text NOT NULL, quantity int NOT NULL)`);
  const columns = ['part', 'colour', 'quantity'];
  await copyRows(
    db,
    'stock',
    columns,
    stock.map(({ part, colour, quantity }) => [part, colour, quantity]),
  );
  await copyRows(
    db,
    'needed',
    columns,
    moc.lots.map(({ part, colour, quantity }) => [part, colour, quantity]),
  );
  await db.none('CREATE INDEX ON stock (part, colour) INCLUDE (quantity)');
  await db.none('ANALYZE');
  const times: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const start = performance.now();
    const { pieces } = await db.one<{ pieces: number }>(
      `SELECT coalesce(sum(least(needed.quantity, coalesce(present.quantity, 0))), 0)::int AS pieces
         FROM needed JOIN LATERAL (SELECT sum(quantity) AS quantity FROM stock
           WHERE stock.part = needed.part AND stock.colour = needed.colour) present ON true`,
    );
    times.push(performance.now() - start);
    if (pieces !== expected) throw new Error(`SQL finds ${pieces} pieces, the assignment ${expected}`);
  }
  report('exact match as plain SQL, pieces only', times);
  await db.close();
};

const exact = mocOf('exact', EXACT);
const pieces = exact.lots.reduce((sum, { quantity }) => sum + quantity, 0);
console.log(`${exact.lots.length} lots of ${pieces} pieces, against ${stock.length} lots of ${OWNED_PIECES} pieces`);
measure('sort the stock into piles, once per answer', RUNS, () => void shelvesOf());
measure('one MOC, exact, explained, with the sorting', RUNS, () => void checkBuildability([exact], shelvesOf()));
const wide = Array.from({ length: RUNS }, (_, run) => mocOf(`wide ${run}`, WIDEST));
measure('one MOC, every substitute, explained, with the sorting', RUNS, (run) => {
  checkBuildability(wide.slice(run, run + 1), shelvesOf());
});
const mocs = Array.from({ length: MOCS }, (_, at) => mocOf(`moc ${at}`, EXACT));
measure('progress of 100 MOCs, exact, with the sorting', 5, () => {
  const shelves = shelvesOf();
  for (const moc of mocs) checkProgress(moc, shelves);
});
measure('progress of 100 MOCs, every substitute, with the sorting', 5, () => {
  const shelves = shelvesOf();
  for (const moc of wide) checkProgress(moc, shelves);
});
const sets = Array.from({ length: 20 }, () =>
  fill(1_000, () => ({
    lot: lotKeyOf({ kind: 'part', number: pickCommon(PARTS), colour: pickCommon(COLOURS) }),
    quantity: 1 + randomBelow(9),
  })),
);
measure('what 20 sets of 1,000 pieces bring to one MOC, every substitute', 10, (run) => {
  const lists = wide.slice(run, run + 1);
  const before = sumProgress(checkBuildability(lists, shelvesOf()).map(({ progress }) => progress));
  const basis = withoutUselessStock({ lists, stock, substitutes: facts });
  for (const set of sets) gainOfSet(basis, before, set);
});
await measureSql(exact, checkProgress(exact, shelvesOf()).pieces.available);
await mochaHooks.afterAll.call({ timeout: () => undefined } as never);
