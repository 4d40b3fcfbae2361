/**
 * Measures what the operations console costs: the time to its first useful paint in a browser that has never seen it,
 * what it receives while it is open, and what the platform computes for one that is open and idle.
 * `-- --seconds 20 --rounds 3`: length and number of the windows that are compared.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { startPlatform } from '@lego-moc/local/platform';
import { freePorts } from '@lego-moc/local/ports';
import { launchChromium } from '../../test/e2e/browser.ts';
import { familyCpuUs } from '../measuring/machine.ts';
import { machine } from '../measuring/report.ts';
import { askAs, verdict } from '../measuring/user.ts';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '20' }, rounds: { type: 'string', default: '3' } },
});
const SECONDS = Number(values.seconds);
const ROUNDS = Number(values.rounds);

const PAINT_S_MAX = 1;
const RECEIVED_KB_MAX = 5;
const CPU_SHARE_MAX = 0.02;
/** The platform's own start has come to rest by then. */
const SETTLE_MS = 20_000;
const WRITES_PER_SECOND = 20;

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? NaN;

const aim = (label: string, value: string, isMet: boolean): void =>
  console.log(`${label.padEnd(58)} ${value}  ${verdict(isMet)}`);

const dataDir = mkdtempSync(join(tmpdir(), 'bench-console-'));
const platform = startPlatform({ dataDir, ports: await freePorts() });
let browser: Browser | undefined;

const signedInPage = async (): Promise<Page> => {
  browser ??= await launchChromium();
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  await context.request.post(`${platform.url}/console/api/development-session?roles=act`);
  return context.newPage();
};

/** Milliseconds from the request for the page to figures of all services on it. */
const firstPaintMs = async (): Promise<number> => {
  const page = await signedInPage();
  await page.goto(`${platform.url}/console`, { waitUntil: 'commit' });
  await page.locator('.figure').first().waitFor();
  const elapsedMs = await page.evaluate(() => performance.now());
  await page.context().close();
  return elapsedMs;
};

/** The floor: a page of the gateway that is nothing but HTML, in a browser that has never seen it. */
const plainPageMs = async (): Promise<number> => {
  const page = await signedInPage();
  await page.goto(platform.url, { waitUntil: 'commit' });
  await page.locator('h1').first().waitFor();
  const elapsedMs = await page.evaluate(() => performance.now());
  await page.context().close();
  return elapsedMs;
};

/** Kilobytes a second that a page receives while it stays open. */
const receivedKb = async (path: string): Promise<number> => {
  const page = await signedInPage();
  await page.goto(`${platform.url}/console${path}`);
  await page.waitForLoadState('load');
  await sleep(3_000);
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  const bytes = new Map<string, number>();
  session.on('Network.dataReceived', ({ requestId, dataLength }) => {
    bytes.set(requestId, (bytes.get(requestId) ?? 0) + dataLength);
  });
  // What came over the wire, headers and compression included, is known at the end only.
  session.on(
    'Network.loadingFinished',
    ({ requestId, encodedDataLength }) => void bytes.set(requestId, encodedDataLength),
  );
  await sleep(SECONDS * 1_000);
  await page.context().close();
  return bytes.values().reduce((sum, count) => sum + count, 0) / 1_000 / SECONDS;
};

const cpuUs = (): number =>
  [...platform.children.values()].reduce((sum, child) => sum + familyCpuUs(child.pid() ?? 0), 0);

/** The share of one core that the platform uses meanwhile. */
const cpuShare = async (): Promise<number> => {
  const [before, begin] = [cpuUs(), performance.now()];
  await sleep(SECONDS * 1_000);
  return (cpuUs() - before) / 1_000 / (performance.now() - begin);
};

/** One pair of windows: without a console, and with one that is open. */
const consoleShare = async (): Promise<number> => {
  const without = await cpuShare();
  const page = await signedInPage();
  await page.goto(`${platform.url}/console`);
  await page.locator('.figure').first().waitFor();
  const withConsole = await cpuShare();
  await page.context().close();
  return withConsole - without;
};

/** Records events at a steady pace until the function that it returns is called. */
const writeSteadily = async (): Promise<() => void> => {
  const ask = await askAs({ url: platform.url, dataDir }, 'ada');
  const timer = setInterval(() => {
    const body = JSON.stringify({ title: 'A wish' });
    void ask('/api/wishlist', { method: 'POST', headers: { 'content-type': 'application/json' }, body }).catch(
      () => undefined,
    );
  }, 1_000 / WRITES_PER_SECOND);
  return () => clearInterval(timer);
};

try {
  await platform.ready;
  await sleep(SETTLE_MS);
  console.log(`${machine()}; windows of ${values.seconds} s`);

  const paints: number[] = [];
  const floors: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    paints.push((await firstPaintMs()) / 1_000);
    floors.push((await plainPageMs()) / 1_000);
  }
  const paint = median(paints);
  aim(
    `first useful paint, ≤ ${String(PAINT_S_MAX)} s`,
    `${paint.toFixed(2)} s (best ${Math.min(...paints).toFixed(2)}; a plain page: ${median(floors).toFixed(2)})`,
    paint <= PAINT_S_MAX,
  );

  const shares: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) shares.push(await consoleShare());
  const share = median(shares);
  const range = shares.map((portion) => (portion * 100).toFixed(1)).join(', ');
  aim(
    `CPU of the platform for an idle console, < ${String(CPU_SHARE_MAX * 100)} % of a core`,
    `${(share * 100).toFixed(1)} % (${range})`,
    share < CPU_SHARE_MAX,
  );

  const stop = await writeSteadily();
  for (const path of ['', '/services', '/subscriptions', '/latency', '/streams?tail=live']) {
    const rate = await receivedKb(path);
    aim(
      `received by ${path === '' ? 'the overview' : path}, ≤ ${String(RECEIVED_KB_MAX)} kB/s`,
      `${rate.toFixed(1)} kB/s`,
      rate <= RECEIVED_KB_MAX,
    );
  }
  stop();
} finally {
  await browser?.close();
  await platform.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
