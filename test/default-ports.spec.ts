import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { DEFAULT_PORTS } from '@lego-moc/http/default-ports';
import { SERVICES } from '../contexts/registry.ts';

const ROOT = join(import.meta.dirname, '..');
const PRODUCTION = /^(?:building-blocks|contexts|gateway|infra|tools)\//;
const TESTS = /\.(?:spec|contract)\.ts$|\/(?:testing|torture|bench)\//;
const SOURCES = /^(?:building-blocks\/http\/default-ports|contexts\/[^/]+\/contracts\/routes)\.ts$/;

const PORTS: readonly number[] = [...Object.values(DEFAULT_PORTS), ...SERVICES.map(({ port }) => port)];

/** The default ports that a text states: numbers of their own, not parts of longer ones. */
const portsIn = (text: string): readonly number[] =>
  text
    .split(/\D+/)
    .map(Number)
    .filter((number) => PORTS.includes(number));

const statements = (isSource: boolean): readonly string[] =>
  execFileSync('git', ['ls-files', '*.ts'], { cwd: ROOT, encoding: 'utf8' })
    .trim()
    .split('\n')
    .filter((path) => PRODUCTION.test(path) && !TESTS.test(path) && SOURCES.test(path) === isSource)
    .flatMap((path) => portsIn(readFileSync(join(ROOT, path), 'utf8')).map((port) => `${path}: ${String(port)}`));

describe('stating default ports', () => {
  it('finds a port in code, URLs and comments, but not within a longer number', () => {
    const { gateway, identity } = DEFAULT_PORTS;
    expect(portsIn(`count(${gateway}) // http://127.0.0.1:${identity}/x`)).to.deep.equal([gateway, identity]);
    expect(portsIn(`${gateway}1`)).to.deep.equal([]);
  });

  it('gives every component a port of its own', () => {
    expect([...new Set(PORTS)]).to.deep.equal(PORTS);
  });

  it('happens once per port, in default-ports.ts or in the contracts of its context', () => {
    expect(statements(true)).to.have.length(PORTS.length);
    expect(statements(false), 'import it from @lego-moc/http/default-ports instead').to.deep.equal([]);
  });
});
