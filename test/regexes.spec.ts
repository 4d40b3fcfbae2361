import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { checkSync } from 'recheck';
import ts from 'typescript';

const ROOT = join(import.meta.dirname, '..');
const PRODUCTION = /^(?:building-blocks|contexts|gateway|infra|tools)\//;
const TESTS = /\.(?:spec|test|contract|d)\.ts$|\/(?:testing|torture|bench)\//;

/** Linear by construction, and too large for the checker: the repeated part alternates between two disjoint sets. */
const REVIEWED_LITERALS = new Set([String.raw`/^(?:0(?:[ \t]+[!~A-Za-z]|[ \t]*\r?\n)|1(?:[ \t]+\S+){14})/`]);

/** Patterns built at run time. Each of these quotes or repeats text of this repository, except the last. */
const BUILT_AT_RUN_TIME = [
  'building-blocks/http/service-contract.ts',
  // A filter that a client of the embedded event store sends, as EventStoreDB accepts it.
  'infra/embedded/event-store/streams/filter.ts',
];

const CHECK_WITHIN_MS = 30_000;

type Regexes = { readonly literals: ReadonlyMap<string, readonly string[]>; readonly built: readonly string[] };

const findRegexes = (): Regexes => {
  const literals = new Map<string, readonly string[]>();
  const dynamicFiles = new Set<string>();
  const files = execFileSync('git', ['ls-files', '*.ts'], { cwd: ROOT, encoding: 'utf8' }).trim().split('\n');
  for (const file of files.filter((path) => PRODUCTION.test(path) && !TESTS.test(path))) {
    const visit = (node: ts.Node): void => {
      if (ts.isRegularExpressionLiteral(node)) literals.set(node.text, [...(literals.get(node.text) ?? []), file]);
      if (ts.isNewExpression(node) && node.expression.getText() === 'RegExp') dynamicFiles.add(file);
      ts.forEachChild(node, visit);
    };
    visit(ts.createSourceFile(file, readFileSync(join(ROOT, file), 'utf8'), ts.ScriptTarget.Latest, true));
  }
  return { literals, built: [...dynamicFiles].toSorted() };
};

const weaknessOf = (literal: string): string | undefined => {
  const end = literal.lastIndexOf('/');
  const result = checkSync(literal.slice(1, end), literal.slice(end + 1), { timeout: CHECK_WITHIN_MS });
  if (result.status === 'safe') return undefined;
  return result.status === 'vulnerable' ? `${result.complexity.summary}, e.g. ${result.attack.pattern}` : 'unknown';
};

describe('regular expressions in production code', function () {
  this.timeout(300_000);

  it('take linear time on any input', () => {
    const weak = [...findRegexes().literals]
      .filter(([literal]) => !REVIEWED_LITERALS.has(literal))
      .flatMap(([literal, files]) => {
        const weakness = weaknessOf(literal);
        return weakness === undefined ? [] : [`${literal} in ${files.join(', ')}: ${weakness}`];
      });

    expect(weak).to.deep.equal([]);
  });

  it('are built at run time only in reviewed places', () => {
    expect(findRegexes().built).to.deep.equal(BUILT_AT_RUN_TIME);
  });

  it('include every reviewed place that is listed', () => {
    expect([...findRegexes().literals.keys()]).to.include.members([...REVIEWED_LITERALS]);
  });

  it('are reported when they are quadratic', () => {
    expect(weaknessOf(String.raw`/\s+$/`)).to.include('2nd degree polynomial');
  });
});
