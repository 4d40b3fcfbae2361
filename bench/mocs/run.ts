/**
 * Measures MOC management through the gateway: 80 % reads, 15 % edits and 5 % creates at a steady rate, while the gallery is
 * killed twice. Prints the latencies beside those of the gateway's own page, and what a request costs each process; fails
 * beyond the limits.
 * `-- --per-second 500 --seconds 60 --builders 40` says how much, `--short` less of it.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { mapAtMost } from '@lego-moc/application/map-at-most';
import { issueToken } from '@lego-moc/embedded-identity/issue-token';
import { imageReply } from '@lego-moc/gallery/contracts/http-api';
import { GatewayProblem, gatewayClient } from '@lego-moc/local/gateway-client';
import { startPlatform } from '@lego-moc/local/platform';
import { freePorts } from '@lego-moc/local/ports';
import { mocReply } from '@lego-moc/moc-management/contracts/http-api';
import { costsOf, costsPerUnit } from '../measuring/costs.ts';
import { pace, requestOf, type Answers, type NextRequest } from '../measuring/load.ts';
import { machine } from '../measuring/report.ts';

const text = { type: 'string' } as const;
const { values } = parseArgs({
  options: { 'per-second': text, seconds: text, builders: text, short: { type: 'boolean', default: false } },
});
const orElse = (value: string | undefined, usual: number, short: number): number =>
  value === undefined ? (values.short ? short : usual) : Number(value);
const PER_SECOND = orElse(values['per-second'], 500, 500);
const SECONDS = orElse(values.seconds, 60, 15);
const BUILDERS = orElse(values.builders, 40, 8);
/** More at once would be a load of its own. */
const BUILDERS_AT_ONCE = 4;
const MOCS_EACH = 5;
/** V8 compiles, and read models fill, meanwhile. */
const WARM_UP_S = values.short ? 6 : 12;
const FLOOR_S = 5;
const CONNECTIONS = 64;

/** A share of the requests, and the 95th percentile that they may have, in milliseconds. */
type Group = { readonly name: string; readonly share: number; readonly limitMs: number; readonly next: NextRequest };

type Builder = { readonly token: string; readonly mocIds: readonly string[]; readonly imageId: string };

const dataDir = mkdtempSync(join(tmpdir(), 'bench-mocs-'));
const image = readFileSync(resolve(import.meta.dirname, '../../infra/local/samples/harbour-crane.png'));
const platform = startPlatform({
  ...{ dataDir, ports: await freePorts(), report: () => undefined },
  // The limits of users are not what is measured.
  env: { ...process.env, RATE_LIMIT_SCALE: '1000' },
});

const ATTEMPTS_MAX = 10;

/** What the load needs is created on a busy machine, too: a 503 asks for patience. */
const untilAccepted = async <T>(send: (idempotencyKey: string) => Promise<T>): Promise<T> => {
  const idempotencyKey = randomUUID();
  for (let attempt = 1; ; attempt += 1)
    try {
      return await send(idempotencyKey);
    } catch (error) {
      if (!(error instanceof GatewayProblem) || error.status !== 503 || attempt === ATTEMPTS_MAX) throw error;
      await sleep(error.retryAfterMs ?? 1_000);
    }
};

const createBuilder = async (name: string): Promise<Builder> => {
  const token = await issueToken(dataDir, { name, roles: [] });
  const gateway = gatewayClient(platform.url, token);
  const mocIds: string[] = [];
  for (let number = 0; number < MOCS_EACH; number += 1) {
    const fields = { title: `Crane ${String(number)}` };
    mocIds.push((await untilAccepted((key) => gateway.post('/api/mocs', fields, mocReply, key))).mocId);
  }
  const form = new FormData();
  form.set('image', new Blob([new Uint8Array(image)]), 'crane.png');
  const { imageId } = await untilAccepted((key) => gateway.post('/api/images', form, imageReply, key));
  return { token, mocIds, imageId };
};

const itemAt = <Item>(items: readonly Item[], index: number): Item => {
  const item = items[index % items.length];
  if (item === undefined) throw new Error('There are no items');
  return item;
};

/** The next request of a group: every builder and every MOC gets all of them in turn. */
const nextOf = (builders: readonly Builder[], choose: (of: Target) => Parameters<typeof requestOf>[0]): NextRequest => {
  let index = -1;
  return () => {
    index += 1;
    const builder = itemAt(builders, index);
    const mocId = itemAt(builder.mocIds, Math.floor(index / builders.length));
    const { headers, ...request } = choose({ ...builder, mocId, index });
    return requestOf({ ...request, headers: { ...headers, authorization: `Bearer ${builder.token}` } });
  };
};
type Target = Builder & { readonly mocId: string; readonly index: number };

/** 80 % reads, 15 % edits of which a fifth ask the gallery, and 5 % creates. */
const groupsOf = (builders: readonly Builder[], run: string): readonly Group[] => [
  {
    ...{ name: 'crud', share: 0.97, limitMs: 200 },
    next: nextOf(builders, ({ mocId, index }) => {
      // A step that shares no divisor with 97 spreads the kinds evenly.
      const place = (index * 37) % 97;
      if (place < 50) return { method: 'GET', path: `/api/mocs/${mocId}` };
      if (place < 80) return { method: 'GET', path: '/api/mocs?limit=20' };
      return place < 92
        ? { method: 'PATCH', path: `/api/mocs/${mocId}`, body: { description: `Edit ${String(index)}` } }
        : { method: 'POST', path: '/api/mocs', body: { title: `Created ${run} ${String(index)}` } };
    }),
  },
  {
    ...{ name: 'asks the gallery', share: 0.03, limitMs: 400 },
    next: nextOf(builders, ({ mocId, imageId }) => ({
      ...{ method: 'POST', path: `/api/mocs/${mocId}/gallery-images`, body: { imageId } },
    })),
  },
];

const quantile = ({ latenciesMs }: Answers, share: number): number =>
  latenciesMs.toSorted((a, b) => a - b)[Math.min(latenciesMs.length - 1, Math.floor(latenciesMs.length * share))] ??
  Infinity;

const report = (name: string, answers: Answers): void => {
  const at = (share: number) => `${quantile(answers, share).toFixed(1).padStart(8)} ms`;
  console.log(
    `${name.padEnd(34)} ${String(answers.count).padStart(6)} answers  p50 ${at(0.5)}  p95 ${at(0.95)}  p99 ${at(0.99)}  ${String(answers.failed)} failed`,
  );
};

const gatewayPort = platform.ports.get('gateway') ?? 0;

const send = async (groups: readonly Group[], seconds: number): Promise<readonly (readonly [Group, Answers])[]> =>
  Promise.all(
    groups.map(async (group) => {
      const { name: label, next, share } = group;
      const load = { port: gatewayPort, label, next, connections: CONNECTIONS, ms: seconds * 1_000 };
      return [group, await pace({ ...load, perSecond: PER_SECOND * share })] as const;
    }),
  );

const killGallery = async (): Promise<void> => {
  for (let kills = 0; kills < 2; kills += 1) {
    await sleep((SECONDS * 1_000) / 3);
    platform.children.get('gallery')?.kill('SIGKILL');
  }
};

try {
  await platform.ready;
  const names = Array.from({ length: BUILDERS }, (_, number) => `builder-${String(number)}`);
  const builders = await mapAtMost(BUILDERS_AT_ONCE, names, createBuilder);
  console.log(
    `${machine()}; ${String(PER_SECOND)} requests a second for ${String(SECONDS)} s, the gallery killed twice`,
  );
  await send(groupsOf(builders, 'warm-up'), WARM_UP_S);
  const before = costsOf(platform.children);
  const [results] = await Promise.all([send(groupsOf(builders, 'run'), SECONDS), killGallery()]);
  const after = costsOf(platform.children);
  const page = { name: 'page', share: 1, limitMs: 0, next: () => requestOf({ method: 'GET', path: '/health' }) };
  for (const [, floor] of await send([page], FLOOR_S)) report('floor: a page of the gateway', floor);
  for (const [{ name, limitMs }, answers] of results) {
    report(name, answers);
    const isWithin = quantile(answers, 0.95) <= limitMs && answers.failed === 0;
    console.log(`    ${isWithin ? 'holds' : 'MISSED'}: p95 of ${String(limitMs)} ms, no failure`);
    if (!isWithin) process.exitCode = 1;
  }
  const count = results.reduce((sum, [, answers]) => sum + answers.count, 0);
  const available = ((availableParallelism() * 1e6) / PER_SECOND).toFixed(0);
  console.log(`CPU µs a request, of the ${available} that there are: ${costsPerUnit(before, after, count)}`);
} finally {
  await platform.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
