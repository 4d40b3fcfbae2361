import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { ESLint } from 'eslint';

const root = resolve(import.meta.dirname, '..');
const require = createRequire(import.meta.url);

type Violation = { readonly rule: { readonly name: string }; readonly from: string };
type Config = { readonly forbidden: readonly { readonly name: string }[] };

const { forbidden } = require('../.dependency-cruiser.cjs') as Config;
const rules = new Set(forbidden.map(({ name }) => name));

const name = `fence-test-${process.pid}`;
const here = `contexts/${name}`;

/** Two packages whose package.json name each other. */
const mutual = [`building-blocks/${name}-lock`, `building-blocks/${name}-key`] as const;

/** A violation per rule: one file that breaks it, and the files it imports. */
const violations: Readonly<Record<string, { readonly path: string; readonly code: string }>> = {
  'domain-is-pure': {
    path: `${here}/domain/impure.ts`,
    code: `import { readFileSync } from 'node:fs';\nexport const read = readFileSync;`,
  },
  'contracts-stay-thin': {
    path: `${here}/contracts/thick.ts`,
    code: `import { createLogger } from '@lego-moc/logger/logger';\nexport const logger = createLogger;`,
  },
  'contracts-take-only-types-from-the-domain': {
    path: `${here}/contracts/deciding.ts`,
    code: `import { brick } from '../domain/brick.ts';\nexport const again = brick;`,
  },
  'application-uses-ports': {
    path: `${here}/application/impatient.ts`,
    code: `import { store } from '../adapters/store/store.ts';\nexport const again = store;`,
  },
  'adapters-do-not-meet': {
    path: `${here}/adapters/http/shortcut.ts`,
    code: `import { store } from '../store/store.ts';\nexport const again = store;`,
  },
  'contexts-meet-in-contracts': {
    path: `${here}/adapters/http/trespasser.ts`,
    code: `import { secret } from '../../../${name}-neighbour/domain/secret.ts';\nexport const again = secret;`,
  },
  'edges-see-contracts-only': {
    path: `gateway/${name}/peeping.ts`,
    code: `import { brick } from '../../${here}/domain/brick.ts';\nexport const again = brick;`,
  },
  'building-blocks-know-no-business': {
    path: `building-blocks/${name}/knowing.ts`,
    code: `import { shape } from '../../${here}/contracts/shape.ts';\nexport const again = shape;`,
  },
  'kernel-depends-on-nothing': {
    path: `building-blocks/kernel/${name}.ts`,
    code: `import { z } from 'zod';\nexport const schema = z.string();`,
  },
  'application-depends-on-the-kernel-only': {
    path: `building-blocks/application/${name}.ts`,
    code: `import { createLogger } from '@lego-moc/logger/logger';\nexport const logger = createLogger;`,
  },
  'inversify-in-one-place': {
    path: `${here}/adapters/http/magic.ts`,
    code: `import { Container } from 'inversify';\nexport const container = new Container();`,
  },
  'drivers-live-in-building-blocks-or-infra': {
    path: `${here}/adapters/store/raw.ts`,
    code: `import pg from 'pg';\nexport const pool = new pg.Pool();`,
  },
  'tests-stay-out-of-production': {
    path: `${here}/adapters/http/tested.ts`,
    code: `import { expect } from 'chai';\nexport const check = expect;`,
  },
  'no-cycles': {
    path: `${here}/domain/egg.ts`,
    code: `import { hen } from './hen.ts';\nexport const egg = () => hen;`,
  },
  'no-package-cycles': {
    path: `${mutual[0]}/lock.ts`,
    code: `import { key } from '../${name}-key/key.ts';\nexport const lock = () => key;`,
  },
  'no-undeclared-dependencies': {
    path: `${here}/adapters/http/undeclared.ts`,
    code: `import sax from 'saxes';\nexport const parser = sax;`,
  },
  'no-unresolvable-imports': {
    path: `${here}/adapters/http/lost.ts`,
    code: `import { nothing } from './nowhere.ts';\nexport const again = nothing;`,
  },
  'no-barrels': {
    path: `${here}/main.ts`,
    code: `import { brick } from './domain/index.ts';\nexport const again = brick;`,
  },
};

/** Uses the logger without naming it in its package.json. */
const neighbourly = `${here}/adapters/http/neighbourly.ts`;

/** The application building block has a clock and random ids: a domain that imports it is no longer pure. */
const hasty = `${here}/domain/hasty.ts`;

/** Two files that need each other's types. */
const cycle = `${here}/domain/chicken.ts`;

/** The files that the violations import, all of them permitted. */
const bystanders: Readonly<Record<string, string>> = {
  [`${here}/package.json`]: JSON.stringify({
    name: `@lego-moc/${name}`,
    type: 'module',
    dependencies: { zod: '*', '@lego-moc/kernel': '*', '@lego-moc/application': '*' },
  }),
  [neighbourly]: `import { createLogger } from '@lego-moc/logger/logger';\nexport const log = createLogger;`,
  [hasty]: `import { systemClock } from '@lego-moc/application/clock';\nexport const now = systemClock;`,
  [`${here}/domain/brick.ts`]: `import type { Json } from '@lego-moc/kernel/message';\nexport const brick: Json = 3001;`,
  [`${here}/domain/index.ts`]: `export const brick = 3001;`,
  [cycle]: `import type { Egg } from './nest.ts';\nexport type Chicken = { readonly egg: Egg };`,
  [`${here}/domain/nest.ts`]: `import type { Chicken } from './chicken.ts';\nexport type Egg = { readonly of: Chicken };`,
  [`${mutual[0]}/package.json`]: JSON.stringify({ name: 'lock', dependencies: { key: '*' } }),
  [`${mutual[1]}/package.json`]: JSON.stringify({ name: 'key', dependencies: { lock: '*' } }),
  [`${mutual[1]}/key.ts`]: `export const key = 'key';`,
  [`${here}/domain/hen.ts`]: `import { egg } from './egg.ts';\nexport const hen = () => egg;`,
  [`${here}/contracts/shape.ts`]: `import { z } from 'zod';\nexport const shape = z.string();`,
  [`${here}/adapters/store/store.ts`]: `export const store = 'store';`,
  [`contexts/${name}-neighbour/domain/secret.ts`]: `export const secret = 'secret';`,
};

const plant = (path: string, code: string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), `${code}\n`);
};

const uproot = (): void => {
  for (const path of [
    here,
    `${here}-neighbour`,
    `gateway/${name}`,
    `building-blocks/${name}`,
    ...mutual,
    `building-blocks/kernel/${name}.ts`,
    `building-blocks/application/${name}.ts`,
  ])
    rmSync(join(root, path), { recursive: true, force: true });
};

const cruise = async (paths: readonly string[]): Promise<readonly Violation[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'fences-'));
  const report = join(folder, 'report.json');
  const cli = join(root, 'node_modules/.bin/depcruise');
  const command = [
    cli,
    '--config',
    '.dependency-cruiser.cjs',
    '--output-type',
    'json',
    '--output-to',
    report,
    ...paths,
  ];
  try {
    // The exit code is the number of violations; the report lists them.
    await promisify(execFile)(process.execPath, command, { cwd: root }).catch(() => undefined);
    return (JSON.parse(readFileSync(report, 'utf8')) as { summary: { violations: readonly Violation[] } }).summary
      .violations;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

describe('fencing imports', function () {
  this.timeout(60_000);
  let breaches: readonly Violation[] = [];

  before(async () => {
    for (const [path, code] of Object.entries(bystanders)) plant(path, code);
    for (const { path, code } of Object.values(violations)) plant(path, code);
    breaches = await cruise([...Object.values(violations).map(({ path }) => path), neighbourly, hasty, cycle]);
  });
  after(uproot);

  for (const rule of rules) {
    it(`reports a file that breaks ${rule}`, () => {
      const path = violations[rule]?.path;
      expect(breaches.filter(({ from }) => from === path).map((violation) => violation.rule.name)).to.include(rule);
    });
  }

  it('reports a workspace neighbour that package.json does not name', () => {
    expect(
      breaches.filter(({ from, rule }) => from === neighbourly && rule.name === 'no-undeclared-dependencies'),
    ).to.have.lengthOf(1);
  });

  it('reports a domain that imports the application building block', () => {
    expect(breaches.filter(({ from }) => from === hasty).map(({ rule }) => rule.name)).to.include('domain-is-pure');
  });

  it('catches files that need only types of each other', () => {
    expect(breaches.filter(({ from }) => from === cycle).map(({ rule }) => rule.name)).to.include('no-cycles');
  });

  it('reports no other file', () => {
    const guilty = [neighbourly, hasty, cycle, `${here}/domain/nest.ts`, `${here}/domain/hen.ts`];
    const innocent = Object.keys(bystanders).filter((path) => !guilty.includes(path));
    expect(breaches.filter(({ from }) => innocent.includes(from))).to.deep.equal([]);
  });

  it('keeps private files private at run time too', async () => {
    const path = '@lego-moc/moc-management/domain/moc';
    const refusal = await import(path).then(
      () => 'imported',
      (error: unknown) => (error as NodeJS.ErrnoException).code,
    );
    expect(refusal).to.equal('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });
});

describe('keeping the domain pure', function () {
  this.timeout(60_000);
  const impure = {
    'the clock': 'export const now = (): string => new Date().toISOString();',
    'the other clock': 'export const now = (): number => performance.now();',
    'the clock behind the global object': 'export const now = (): number => globalThis.Date.now();',
    'the environment': `export const debug = (): boolean => process.env['DEBUG'] === '1';`,
    chance: 'export const dice = (): number => Math.random();',
    'random ids': 'export const id = (): string => crypto.randomUUID();',
    'the network': `export const page = (): Promise<Response> => fetch('http://localhost');`,
    timers: 'export const later = (then: () => void): unknown => setTimeout(then, 1);',
  };
  const pathOf = (index: number): string => `${here}/domain/impure-${index}.ts`;
  let reports = new Map<string, readonly string[]>();

  before(async () => {
    Object.values(impure).forEach((code, index) => plant(pathOf(index), code));
    plant(`${here}/domain/pure.ts`, 'export const double = (pieces: number): number => pieces * 2;');
    const results = await new ESLint({ cwd: root }).lintFiles(`${here}/domain/*pure*.ts`);
    reports = new Map(
      results.map(({ filePath, messages }) => [filePath, messages.map(({ ruleId, message }) => ruleId ?? message)]),
    );
  });
  after(uproot);

  Object.keys(impure).forEach((label, index) => {
    it(`reports ${label}`, () => {
      expect(reports.get(join(root, pathOf(index)))?.some((rule) => rule.startsWith('no-restricted-'))).to.equal(true);
    });
  });

  it('accepts a pure function', () => {
    expect(reports.get(join(root, `${here}/domain/pure.ts`))).to.deep.equal([]);
  });
});
