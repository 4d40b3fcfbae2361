/**
 * Measures buildability through the gateway: a builder with 100,000 pieces in forty bins asks about a MOC of 2,200 pieces,
 * and which of 100 such MOCs can be built, before and after pieces changed. Beside each aim stands its floor: the same
 * question in one process, without reading anything, under the same load. A question that is refused because it takes too
 * long is repeated, and has taken the whole time. Plain SQL has to find the same pieces as the exact match. Fails beyond
 * 300 ms for one MOC or 2 s for all, at the 95th percentile. `-- --short` asks less often, about 20 MOCs, and judges
 * one MOC only.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { mapAtMost } from '@lego-moc/application/map-at-most';
import { pollUntil } from '@lego-moc/application/poll-until';
import { issueToken } from '@lego-moc/embedded-identity/issue-token';
import { buildabilityReply, buildableReply } from '@lego-moc/inventory/contracts/buildability-api';
import { stockSummaryReply } from '@lego-moc/inventory/contracts/stock-api';
import { gatewayClient, GatewayProblem } from '@lego-moc/local/gateway-client';
import { startPlatform } from '@lego-moc/local/platform';
import { freePorts } from '@lego-moc/local/ports';
import { mocReply } from '@lego-moc/moc-management/contracts/http-api';
import { mochaHooks } from '@lego-moc/testing/mocha-hooks';
import { checkBuildability, checkProgress } from '../../contexts/inventory/domain/buildability/buildability.ts';
import { choiceFinder } from '../../contexts/inventory/domain/buildability/choices.ts';
import type { NeededList } from '../../contexts/inventory/domain/buildability/needs.ts';
import { stockPool } from '../../contexts/inventory/domain/buildability/stock-pool.ts';
import { EXACT, type Tolerance } from '../../contexts/inventory/domain/buildability/tolerance.ts';
import { plainSql, report } from '../../contexts/inventory/bench/plain-sql.ts';
import { mocOf, OWNED_PIECES, stock } from '../../contexts/inventory/bench/sample-pieces.ts';
import { machine } from '../measuring/report.ts';
import { p95, verdict } from '../measuring/user.ts';

const { short: isShort } = parseArgs({ options: { short: { type: 'boolean', default: false } } }).values;
const MOCS = isShort ? 20 : 100;
const RUNS = isShort ? 10 : 30;
const RUNS_OF_ALL = isShort ? 3 : 20;
const LOTS_PER_ENTRY = 1_000;
const ONE_MOC_MS = 300;
const ALL_MOCS_MS = 2_000;

const dataDir = mkdtempSync(join(tmpdir(), 'bench-inventory-'));
const platform = startPlatform({
  ...{ dataDir, ports: await freePorts(), report: () => undefined },
  // The limits of users are not what is measured.
  env: { ...process.env, RATE_LIMIT_SCALE: '1000' },
});

const mocs = Array.from({ length: MOCS }, (_, index): NeededList => mocOf(`moc ${String(index)}`, EXACT));
const ANY_COLOUR: Tolerance = { relations: [], colour: 'any' };

type Gateway = ReturnType<typeof gatewayClient>;

const fillStock = async (gateway: Gateway): Promise<void> => {
  for (const [location, lots] of Map.groupBy(stock, ({ holding }) => holding))
    for (let at = 0; at < lots.length; at += LOTS_PER_ENTRY) {
      const entry = lots.slice(at, at + LOTS_PER_ENTRY);
      const pieces = entry.map(({ part, colour, quantity }) => ({ number: `p${part}`, colour, quantity }));
      await gateway.post('/api/inventory/stock/entries', { location, lots: pieces }, z.unknown());
    }
  await pollUntil(
    'the stock',
    () => gateway.get('/api/inventory/stock/summary', stockSummaryReply),
    ({ parts }) => parts >= OWNED_PIECES,
  );
};

const uploadMoc = async (gateway: Gateway, { listId, lots }: NeededList): Promise<string> => {
  const rows = lots.map(({ part, colour, quantity }) => `p${part},${colour ?? ''},${String(quantity)}`);
  const form = new FormData();
  form.set('title', listId);
  form.set('partsLists', new Blob([['Part,Color,Quantity', ...rows].join('\n')]), 'parts.csv');
  const { mocId } = await gateway.post('/api/mocs/with-files', form, mocReply);
  await pollUntil(
    listId,
    () => gateway.get(`/api/mocs/${mocId}`, mocReply),
    ({ partsLists }) => partsLists.every(({ status }) => status === 'counted'),
  );
  return mocId;
};

/** How a busy platform refuses: what was worked out meanwhile is stored. */
const PASSING: readonly number[] = [429, 502, 503, 504];

/** Repeats a question that was refused for taking too long. */
const persistently = async <T>(ask: () => Promise<T>): Promise<T> => {
  for (;;)
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof GatewayProblem) || !PASSING.includes(error.status)) throw error;
      console.log(`    refused with ${String(error.status)}, repeated`);
      await sleep(Math.min(error.retryAfterMs ?? 1_000, 1_000));
    }
};

const timesOf = async (runs: number, work: (run: number) => unknown): Promise<readonly number[]> => {
  const times: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const start = performance.now();
    await work(run);
    times.push(performance.now() - start);
  }
  return times;
};

type Question<T> = {
  readonly name: string;
  readonly runs: number;
  /** Null for a question that has no aim. */
  readonly limitMs: number | null;
  readonly ask: (run: number) => Promise<T>;
  /** The same question in this process, about pieces and lists that are at hand. */
  readonly floor: (run: number) => unknown;
};

const measure = async <T>({ name, runs, limitMs, ask, floor }: Question<T>): Promise<T | undefined> => {
  let last: T | undefined;
  const times = await timesOf(runs, async (run) => (last = await persistently(() => ask(run))));
  report(name, times);
  const isMet = limitMs === null || p95(times) <= limitMs;
  const aim = limitMs === null ? 'no aim' : `p95 of ${String(limitMs)} ms: ${verdict(isMet)}`;
  console.log(`    ${aim}; floor, in one process: ${p95(await timesOf(runs, floor)).toFixed(1)} ms`);
  if (!isMet) process.exitCode = 1;
  return last;
};

type Buildable = z.infer<typeof buildableReply>;

/** Throws unless plain SQL finds as many pieces of each MOC as the answer says. */
const comparePlainSql = async (answer: Buildable, mocIds: readonly string[]): Promise<void> => {
  const available = new Map(answer.mocs.map(({ mocId, progress }) => [mocId, progress.pieces.available]));
  const expected = mocIds.map((mocId) => available.get(mocId) ?? -1);
  const [one, all] = [await plainSql(stock, mocs.slice(0, 1)), await plainSql(stock, mocs)];
  await one.measure('one MOC, exact, as plain SQL, pieces only', RUNS, expected.slice(0, 1));
  await all.measure(`${String(MOCS)} MOCs, exact, as plain SQL, pieces only`, RUNS_OF_ALL, expected);
  await Promise.all([one.close(), all.close()]);
};

const NO_FACTS = { graph: new Map(), families: new Map() };
const shelvesOf = () => {
  const pool = stockPool(stock);
  return { pool, find: choiceFinder(pool, NO_FACTS) };
};
const explainOne = (tolerance: Tolerance) => (run: number) =>
  checkBuildability(
    mocs.slice(run, run + 1).map((moc) => ({ ...moc, tolerance })),
    shelvesOf(),
  );
const scoreAll = (tolerance: Tolerance) => () => {
  const shelves = shelvesOf();
  for (const moc of mocs) checkProgress({ ...moc, tolerance }, shelves);
};

try {
  await platform.ready;
  const gateway = gatewayClient(platform.url, await issueToken(dataDir, { name: 'builder', roles: [] }));
  await fillStock(gateway);
  const mocIds = await mapAtMost(4, mocs, (moc) => uploadMoc(gateway, moc));
  console.log(`${machine()}; ${String(stock.length)} lots owned, ${String(MOCS)} MOCs`);

  const ask = (body: object) => gateway.post('/api/buildability', { ...body }, buildabilityReply);
  const oneMoc = { runs: RUNS, limitMs: ONE_MOC_MS };
  await measure({
    ...{ ...oneMoc, name: 'one MOC, exact, explained', floor: explainOne(EXACT) },
    ask: (run) => ask({ mocs: [{ mocId: mocIds[run] }] }),
  });
  await measure({
    ...{ ...oneMoc, name: 'one MOC, any colour, explained', floor: explainOne(ANY_COLOUR) },
    ask: (run) => ask({ mocs: [{ mocId: mocIds[run], tolerance: { colour: 'any' } }] }),
  });
  const askAll = (colour: string) => gateway.get(`/api/inventory/buildable?limit=100&colour=${colour}`, buildableReply);
  const enter = (number: string) => {
    const lots = [{ number, colour: '0', quantity: 1 }];
    return gateway.post('/api/inventory/stock/entries', { location: 'bin 0', lots }, z.unknown());
  };
  const allMocs = { runs: RUNS_OF_ALL, limitMs: isShort ? null : ALL_MOCS_MS };
  for (const [name, colour, tolerance] of [
    ['exact', 'same', EXACT],
    ['any colour', 'any', ANY_COLOUR],
  ] as const) {
    const floor = scoreAll(tolerance);
    const first = { ...allMocs, runs: 1, floor, ask: () => askAll(colour) };
    await measure({ ...first, name: `${String(MOCS)} MOCs, ${name}, asked for the first time` });
    await measure({ ...allMocs, floor, name: `${String(MOCS)} MOCs, ${name}`, ask: () => askAll(colour) });
  }
  await comparePlainSql(await askAll('same'), mocIds);
  await measure({
    ...{ ...allMocs, floor: scoreAll(EXACT), name: `${String(MOCS)} MOCs, exact, each time after a piece came in` },
    ask: async (run) => {
      await enter(`p${String(run)}`);
      return askAll('same');
    },
  });
  platform.children.get('inventory')?.kill('SIGKILL');
  await measure({
    ...{
      ...allMocs,
      runs: 1,
      floor: scoreAll(EXACT),
      name: `${String(MOCS)} MOCs, exact, after a crash of the service`,
    },
    ask: () => askAll('same'),
  });
} finally {
  await mochaHooks.afterAll.call({ timeout: () => undefined } as never);
  await platform.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
