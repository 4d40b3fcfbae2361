/**
 * Measures the cost of the gateway: the whole gateway, everything on, beside no proxy at all, nginx, and proxies on
 * Node without checks and logs. Compare ratios within one run. `--tracing` measures what traces cost instead: the gateway
 * without them, with one request in a hundred traced, and with all.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { SignJWT } from 'jose';
import type { SigningKey } from '@lego-moc/auth-middleware/keys';
import { newId } from '@lego-moc/application/new-id';
import { GATEWAY } from '../../infra/local/registry.ts';
import { startAuthority } from '../measuring/authority.ts';
import { requestOf, type NextRequest } from '../measuring/load.ts';
import { startProgram, stopPrograms } from '../measuring/processes.ts';
import { FIGURES, machine, ms, percent, print, type Aim, type Column, type Figure } from '../measuring/report.ts';
import { compete, type Contestant } from '../measuring/rounds.ts';
import { startNginx } from './nginx.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '8' },
    seconds: { type: 'string', default: '1.5' },
    only: { type: 'string' },
    profiles: { type: 'string' },
    tracing: { type: 'boolean', default: false },
  },
});

const PACE = 500;
const USERS = 200;
const ISSUER = 'http://issuer.bench.test';
const GATEWAY_NAME = 'the whole gateway';

const COLUMNS: readonly Column[] = [
  { title: 'requests/s', figure: FIGURES.requestsPerSecond, digits: 0 },
  { title: 'CPU µs/request', figure: FIGURES.cpuUs, digits: 0 },
  { title: `CPU µs at ${PACE}/s`, figure: FIGURES.cpuUsPaced, digits: 0 },
  { title: `p50 ms at ${PACE}/s`, figure: FIGURES.p50Ms, digits: 2 },
  { title: 'p95 ms', figure: FIGURES.p95Ms, digits: 2 },
  { title: 'p99 ms', figure: FIGURES.p99Ms, digits: 2 },
];

const difference =
  (figure: Figure): Aim['compare'] =>
  (subject, reference) =>
    figure(subject) - figure(reference);
const ratio =
  (figure: Figure): Aim['compare'] =>
  (subject, reference) =>
    figure(subject) / figure(reference);

const AIMS: readonly Aim[] = [
  {
    label: `p50 added at ${PACE}/s`,
    subject: GATEWAY_NAME,
    reference: 'direct',
    compare: difference(FIGURES.p50Ms),
    show: ms,
    atMost: 0.5,
  },
  {
    label: `p95 added at ${PACE}/s`,
    subject: GATEWAY_NAME,
    reference: 'direct',
    compare: difference(FIGURES.p95Ms),
    show: ms,
    atMost: 1.5,
  },
  {
    label: 'CPU of fast-gateway without any of it',
    subject: GATEWAY_NAME,
    reference: 'fast-gateway',
    compare: ratio(FIGURES.cpuUs),
    show: percent,
    atMost: 1.5,
  },
  {
    label: 'CPU of express-gateway with its proxy policy only',
    subject: GATEWAY_NAME,
    reference: 'express-gateway',
    compare: ratio(FIGURES.cpuUs),
    show: percent,
    atMost: 0.5,
  },
];

const WITHOUT_TRACES = 'untraced';
const FEW_TRACED = '1 % traced';
const ALL_TRACED = 'all traced';

const TRACING_AIMS: readonly Aim[] = [
  {
    ...{ label: 'CPU a request with 1 % traced', subject: FEW_TRACED, reference: WITHOUT_TRACES },
    ...{ compare: ratio(FIGURES.cpuUs), show: percent, atMost: 1.05 },
  },
  {
    ...{ label: 'CPU a request with all traced', subject: ALL_TRACED, reference: WITHOUT_TRACES },
    ...{ compare: ratio(FIGURES.cpuUs), show: percent, atMost: 1.25 },
  },
  {
    ...{ label: `p95 added at ${PACE}/s with all traced`, subject: ALL_TRACED, reference: WITHOUT_TRACES },
    ...{ compare: difference(FIGURES.p95Ms), show: ms, atMost: 0.5 },
  },
];

const tokenOf = (key: SigningKey): Promise<string> =>
  new SignJWT({ sub: newId(), email: 'builder@bench.test', roles: ['builder'] })
    .setProtectedHeader({ alg: 'EdDSA', kid: key.kid })
    .setIssuer(ISSUER)
    .setAudience('lego-moc')
    .setExpirationTime('1h')
    .sign(key.privateKey);

/** Takes users in rotation, each with a token. All contestants get the same requests. */
const reading = (tokens: readonly string[]): NextRequest => {
  const requests = tokens.map((token) =>
    requestOf({
      method: 'GET',
      path: '/api/mocs/1',
      headers: { authorization: `Bearer ${token}`, accept: 'application/json', 'user-agent': 'bench' },
    }),
  );
  let turn = 0;
  return () => {
    const request = requests[turn % requests.length];
    turn += 1;
    if (request === undefined) throw new Error('There is nothing to ask');
    return request;
  };
};

const folder = mkdtempSync(join(tmpdir(), 'bench-gateway-'));
const authority = await startAuthority();

const proxy = (name: string, upstreamPort: number): Promise<Contestant> =>
  startProgram({
    name,
    entry: join(import.meta.dirname, `${name}.ts`),
    readyPath: '/api/mocs/1',
    env: { UPSTREAM_URL: `http://127.0.0.1:${upstreamPort}`, EG_CONFIG_DIR: folder, LOG_LEVEL: 'error' },
  }).then((program) => ({ name, ...program }));

const wholeGateway = async (
  upstreamPort: number,
  name = GATEWAY_NAME,
  tracing: Readonly<Record<string, string>> = {},
): Promise<Contestant> => {
  const program = await startProgram({
    name,
    entry: resolve(import.meta.dirname, '../../gateway/main.ts'),
    readyPath: '/ready',
    execArgv: [
      ...(GATEWAY.nodeFlags ?? []),
      ...(values.profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values.profiles}`]),
    ],
    env: {
      MOC_MANAGEMENT_URL: `http://127.0.0.1:${upstreamPort}`,
      AUTH_JWKS_URL: authority.jwksUrl,
      AUTH_ISSUER: ISSUER,
      LEGO_MOC_DATA_DIR: folder,
      // Limits are counted, and too high to be reached.
      RATE_LIMIT_SCALE: '100000',
      ...tracing,
    },
  });
  return { name, ...program };
};

const sendTracesTo = (collectorPort: number, share: number): Readonly<Record<string, string>> => ({
  OTEL_TRACES_EXPORTER: 'zipkin',
  OTEL_EXPORTER_ZIPKIN_ENDPOINT: `http://127.0.0.1:${collectorPort}/api/v2/spans`,
  OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
  OTEL_TRACES_SAMPLER_ARG: String(share),
});

const tracingContestants = async (upstreamPort: number): Promise<readonly Contestant[]> => {
  const entry = join(import.meta.dirname, 'collector.ts');
  const { port } = await startProgram({ name: 'collector', entry, readyPath: '/' });
  return [
    await wholeGateway(upstreamPort, WITHOUT_TRACES),
    await wholeGateway(upstreamPort, FEW_TRACED, sendTracesTo(port, 0.01)),
    await wholeGateway(upstreamPort, ALL_TRACED, sendTracesTo(port, 1)),
  ];
};

const proxies = async (upstream: Omit<Contestant, 'name'>): Promise<readonly Contestant[]> => {
  const contestants: Contestant[] = [{ name: 'direct', ...upstream }];
  const nginx = await startNginx(folder, upstream.port);
  if (nginx === undefined) console.log('SKIPPED: nginx is not installed; BENCH_NGINX may name one');
  else contestants.push({ name: 'nginx', ...nginx });
  for (const name of ['bare-node', 'bare-express', 'fast-gateway', 'express-gateway'])
    contestants.push(await proxy(name, upstream.port));
  return [...contestants, await wholeGateway(upstream.port)];
};

try {
  const upstream = await startProgram({
    name: 'upstream',
    entry: join(import.meta.dirname, 'upstream.ts'),
    readyPath: '/',
  });
  const contestants = await (values.tracing ? tracingContestants(upstream.port) : proxies(upstream));

  const plan = {
    contestants: contestants.filter(({ name }) => values.only === undefined || values.only.split(',').includes(name)),
    rounds: Number(values.rounds),
    ms: Number(values.seconds) * 1_000,
    connections: 32,
    perSecond: PACE,
  };
  console.log(
    `${machine()}; ${plan.rounds} rounds of ${values.seconds} s, ${plan.connections} connections, ${USERS} users`,
  );
  const tokens = await Promise.all(Array.from({ length: USERS }, () => tokenOf(authority.key)));
  const results = await compete({ name: 'proxying', next: () => reading(tokens) }, plan);
  print('Proxying 901 bytes of JSON', results, COLUMNS, values.tracing ? TRACING_AIMS : AIMS);
} finally {
  await stopPrograms();
  authority.close();
  rmSync(folder, { recursive: true, force: true });
}
