import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { ID, MONOLITH_ROUTES } from './e2e/monolith-routes.ts';

const ROOT = resolve(import.meta.dirname, '..');
const DOCUMENT = readFileSync(join(ROOT, 'docs/legacy-routes.md'), 'utf8');

/** A route as the document names it: `GET /api/mocs/:id`. */
const nameOf = (line: string): string => line.replaceAll(ID, ':id').replace(/\?.*$/, '');

const rowOf = (name: string): string | undefined =>
  DOCUMENT.split('\n').find((line) => line.startsWith(`| \`${name}\` `));

describe('the document about the routes of the monolith', () => {
  for (const [line] of MONOLITH_ROUTES)
    it(`has a row for ${nameOf(line)}`, () => {
      expect(rowOf(nameOf(line))).to.be.a('string');
    });

  /** The tables under Behaviour name a test by its file and its title. */
  const behaviours = [...DOCUMENT.matchAll(/^\| (.+?) +\| .+ \| `([\w./-]+\.spec\.ts)`: (.+?) +\|$/gmu)];

  for (const [, behaviour = '', path = '', title = ''] of behaviours)
    it(`names a test of "${behaviour}"`, () => {
      expect(readFileSync(join(ROOT, path), 'utf8')).to.include(`it('${title}'`);
    });

  it('says of all behaviour what became of it', () => {
    expect(behaviours.length).to.be.greaterThan(30);
  });

  it('names tests that exist', () => {
    const paths = [...DOCUMENT.matchAll(/`((?:test|contexts)\/[\w./-]+\.spec\.ts)`/g)].map(([, path = '']) => path);
    expect(paths.length).to.be.greaterThan(MONOLITH_ROUTES.length);
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).to.deep.equal([]);
  });
});
