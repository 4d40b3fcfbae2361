/**
 * Measures MOC management through the gateway: 80 % reads, 15 % edits and 5 % creates at a steady rate, while the gallery is
 * killed twice. Prints the latencies beside those of the gateway's own page, and fails beyond the limits.
 * `-- --per-second 500 --seconds 60` says how much.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { issueToken } from '@lego-moc/embedded-identity/issue-token';
import { imageReply } from '@lego-moc/gallery/contracts/http-api';
import { gatewayClient } from '@lego-moc/local/gateway-client';
import { startPlatform } from '@lego-moc/local/platform';
import { freePorts } from '@lego-moc/local/ports';
import { mocReply } from '@lego-moc/moc-management/contracts/http-api';
import { machine } from '../measuring/report.ts';
import { pace, quantile, type Call, type Measurement } from './load.ts';

const { values } = parseArgs({
  options: { 'per-second': { type: 'string', default: '500' }, seconds: { type: 'string', default: '60' } },
});
const [PER_SECOND, SECONDS] = [Number(values['per-second']), Number(values.seconds)];
const BUILDERS = 40;
const MOCS_EACH = 5;
/** V8 compiles, and read models fill, meanwhile. */
const WARM_UP_S = 12;
const FLOOR_S = 5;
/** The 95th percentile, in milliseconds. */
const LIMITS: Readonly<Record<string, number>> = { crud: 200, 'asks the gallery': 400 };

type Builder = { readonly token: string; readonly mocIds: readonly string[]; readonly imageId: string };

const dataDir = mkdtempSync(join(tmpdir(), 'bench-mocs-'));
const image = readFileSync(resolve(import.meta.dirname, '../../infra/local/samples/harbour-crane.png'));
const platform = startPlatform({
  ...{ dataDir, ports: await freePorts(), report: () => undefined },
  // The limits of users are not what is measured.
  env: { ...process.env, RATE_LIMIT_SCALE: '1000' },
});

const createBuilder = async (name: string): Promise<Builder> => {
  const token = await issueToken(dataDir, { name, roles: [] });
  const gateway = gatewayClient(platform.url, token);
  const mocIds: string[] = [];
  for (let number = 0; number < MOCS_EACH; number += 1)
    mocIds.push((await gateway.post('/api/mocs', { title: `Crane ${String(number)}` }, mocReply)).mocId);
  const form = new FormData();
  form.set('image', new Blob([new Uint8Array(image)]), 'crane.png');
  const { imageId } = await gateway.post('/api/images', form, imageReply);
  return { token, mocIds, imageId };
};

const itemAt = <Item>(items: readonly Item[], index: number): Item => {
  const item = items[index % items.length];
  if (item === undefined) throw new Error('There are no items');
  return item;
};

/** The mix, in a hundred calls: every builder and every MOC gets all of them. */
const callOf =
  (builders: readonly Builder[], run: string) =>
  (index: number): Call => {
    const { token, mocIds, imageId } = itemAt(builders, index);
    const mocId = itemAt(mocIds, Math.floor(index / builders.length));
    const send = (method: string, path: string, body?: object) => () =>
      fetch(platform.url + path, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    // A step that shares no divisor with 100 spreads the kinds evenly.
    const place = (index * 37) % 100;
    if (place < 50) return { group: 'crud', send: send('GET', `/api/mocs/${mocId}`) };
    if (place < 80) return { group: 'crud', send: send('GET', '/api/mocs?limit=20') };
    if (place < 92)
      return { group: 'crud', send: send('PATCH', `/api/mocs/${mocId}`, { description: `Edit ${String(index)}` }) };
    if (place < 95)
      return { group: 'asks the gallery', send: send('POST', `/api/mocs/${mocId}/gallery-images`, { imageId }) };
    return { group: 'crud', send: send('POST', '/api/mocs', { title: `Created ${run} ${String(index)}` }) };
  };

const report = (name: string, measurement: Measurement): void => {
  const at = (share: number) => `${quantile(measurement, share).toFixed(1).padStart(8)} ms`;
  const { ms, failures } = measurement;
  console.log(
    `${name.padEnd(34)} ${String(ms.length).padStart(6)} answers  p50 ${at(0.5)}  p95 ${at(0.95)}  p99 ${at(0.99)}  ${String(failures.length)} failed`,
  );
  for (const failure of new Set(failures.slice(0, 5))) console.log(`    ${failure}`);
};

const killGallery = async (): Promise<void> => {
  for (let kills = 0; kills < 2; kills += 1) {
    await sleep((SECONDS * 1_000) / 3);
    platform.children.get('gallery')?.kill('SIGKILL');
  }
};

try {
  await platform.ready;
  const builders: Builder[] = [];
  for (let number = 0; number < BUILDERS; number += 1) builders.push(await createBuilder(`builder-${String(number)}`));
  console.log(
    `${machine()}; ${String(PER_SECOND)} requests a second for ${String(SECONDS)} s, the gallery killed twice`,
  );
  await pace(PER_SECOND, WARM_UP_S, callOf(builders, 'warm-up'));
  const [results] = await Promise.all([pace(PER_SECOND, SECONDS, callOf(builders, 'run')), killGallery()]);
  const health = (): Call => ({ group: 'floor', send: () => fetch(`${platform.url}/health`) });
  for (const floor of (await pace(PER_SECOND, FLOOR_S, health)).values()) report('floor: a page of the gateway', floor);
  for (const [group, measurement] of results) {
    report(group, measurement);
    const isWithin = quantile(measurement, 0.95) <= (LIMITS[group] ?? 0) && measurement.failures.length === 0;
    console.log(`    ${isWithin ? 'holds' : 'MISSED'}: p95 of ${String(LIMITS[group])} ms, no failure`);
    if (!isWithin) process.exitCode = 1;
  }
} finally {
  await platform.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
