/**
 * Measures buildability through the gateway: a builder with 100,000 pieces in forty bins asks about a MOC of 2,200 pieces,
 * and which of 100 such MOCs can be built, before and after pieces changed. Beside them the exact match as plain SQL, which
 * has to find the same pieces. Fails beyond 300 ms for one MOC or 2 s for all, at the 95th percentile.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { mapAtMost } from '@lego-moc/application/map-at-most';
import { pollUntil } from '@lego-moc/application/poll-until';
import { issueToken } from '@lego-moc/embedded-identity/issue-token';
import { buildabilityReply, buildableReply } from '@lego-moc/inventory/contracts/buildability-api';
import { stockSummaryReply } from '@lego-moc/inventory/contracts/stock-api';
import { gatewayClient } from '@lego-moc/local/gateway-client';
import { startPlatform } from '@lego-moc/local/platform';
import { freePorts } from '@lego-moc/local/ports';
import { mocReply } from '@lego-moc/moc-management/contracts/http-api';
import { mochaHooks } from '@lego-moc/testing/mocha-hooks';
import type { NeededList } from '../../contexts/inventory/domain/buildability/needs.ts';
import { EXACT } from '../../contexts/inventory/domain/buildability/tolerance.ts';
import { plainSql, report } from '../../contexts/inventory/bench/plain-sql.ts';
import { mocOf, OWNED_PIECES, stock } from '../../contexts/inventory/bench/sample-pieces.ts';
import { machine } from '../measuring/report.ts';

const MOCS = 100;
const RUNS = 30;
const RUNS_OF_ALL = 10;
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

const measure = async <T>(name: string, runs: number, limitMs: number, ask: (run: number) => Promise<T>) => {
  const times: number[] = [];
  let last: T | undefined;
  for (let run = 0; run < runs; run += 1) {
    const start = performance.now();
    last = await ask(run);
    times.push(performance.now() - start);
  }
  report(name, times);
  const p95 = times.toSorted((a, b) => a - b)[Math.floor(runs * 0.95)] ?? 0;
  console.log(`    ${p95 <= limitMs ? 'holds' : 'MISSED'}: p95 of ${String(limitMs)} ms`);
  if (p95 > limitMs) process.exitCode = 1;
  return last;
};

try {
  await platform.ready;
  const gateway = gatewayClient(platform.url, await issueToken(dataDir, { name: 'builder', roles: [] }));
  await fillStock(gateway);
  const mocIds = await mapAtMost(4, mocs, (moc) => uploadMoc(gateway, moc));
  console.log(`${machine()}; ${String(stock.length)} lots owned, ${String(MOCS)} MOCs`);

  const ask = (body: object) => gateway.post('/api/buildability', { ...body }, buildabilityReply);
  await measure('one MOC, exact, explained', RUNS, ONE_MOC_MS, (run) => ask({ mocs: [{ mocId: mocIds[run] }] }));
  await measure('one MOC, any colour, explained', RUNS, ONE_MOC_MS, (run) =>
    ask({ mocs: [{ mocId: mocIds[run], tolerance: { colour: 'any' } }] }),
  );
  const askAll = (colour: string) => gateway.get(`/api/inventory/buildable?limit=100&colour=${colour}`, buildableReply);
  const exact = await measure('100 MOCs, exact', RUNS_OF_ALL, ALL_MOCS_MS, () => askAll('same'));
  await measure('100 MOCs, any colour', RUNS_OF_ALL, ALL_MOCS_MS, () => askAll('any'));
  await measure('100 MOCs, exact, each time after a piece came in', RUNS_OF_ALL, ALL_MOCS_MS, async () => {
    const lots = [{ number: 'none', quantity: 1 }];
    await gateway.post('/api/inventory/stock/entries', { location: 'bin 0', lots }, z.unknown());
    return askAll('same');
  });

  const available = new Map(exact?.mocs.map(({ mocId, progress }) => [mocId, progress.pieces.available]));
  const expected = mocIds.map((mocId) => available.get(mocId) ?? -1);
  const [one, all] = [await plainSql(stock, mocs.slice(0, 1)), await plainSql(stock, mocs)];
  await one.measure('one MOC, exact, as plain SQL, pieces only', RUNS, expected.slice(0, 1));
  await all.measure('100 MOCs, exact, as plain SQL, pieces only', RUNS_OF_ALL, expected);
  await Promise.all([one.close(), all.close()]);
} finally {
  await mochaHooks.afterAll.call({ timeout: () => undefined } as never);
  await platform.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
