import { mochaHooks } from '@lego-moc/testing/mocha-hooks';
import { gainOfSet, withoutUselessStock } from '../domain/advice/set-gains.ts';
import { checkBuildability, checkProgress, sumProgress, type Shelves } from '../domain/buildability/buildability.ts';
import { choiceFinder } from '../domain/buildability/choices.ts';
import { relationGraph, type PartRelation } from '../domain/buildability/part-relations.ts';
import { stockPool } from '../domain/buildability/stock-pool.ts';
import { EXACT, WIDEST, relations } from '../domain/buildability/tolerance.ts';
import { lotKeyOf } from '../domain/lots.ts';
import { COLOURS, fill, mocOf, OWNED_PIECES, PARTS, pickCommon, randomBelow, stock } from './sample-pieces.ts';
import { plainSql, report } from './plain-sql.ts';

/**
 * Measures buildability: a MOC of 2,200 pieces against 100,000 owned pieces, exactly and with every substitute, and the
 * progress of 100 such MOCs, and what 20 sets would bring; beside them the exact match as plain SQL on the same data. Milliseconds of each answer.
 */
const MOCS = 100;
const RUNS = 30;

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

const measure = (name: string, runs: number, work: (run: number) => void): void => {
  const times = Array.from({ length: runs }, (_, run) => {
    const start = performance.now();
    work(run);
    return performance.now() - start;
  });
  report(name, times);
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
const sql = await plainSql(stock, [exact]);
await sql.measure('exact match as plain SQL, pieces only', RUNS, [checkProgress(exact, shelvesOf()).pieces.available]);
await sql.close();
await mochaHooks.afterAll.call({ timeout: () => undefined } as never);
