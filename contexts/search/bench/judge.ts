import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { mochaHooks } from '@lego-moc/testing/mocha-hooks';
import { hasOpenSearch, OPENSEARCH_ADVICE } from '@lego-moc/testing/opensearch-for-tests';
import { openSearchProjections } from '../adapters/opensearch/indexes.ts';
import { postgresProjections } from '../adapters/postgres/indexes.ts';
import { judge, meanOf, type Judgement } from '../testing/judged-list.ts';
import { openOpenSearchIndex, openPostgresIndex } from '../testing/open-index.ts';
import { rankKnownItems } from './known-items.ts';
import { readTitles } from './titles.ts';

/**
 * Prints how well each index orders the judged list: nDCG of the first ten, by query and on average. With `--titles FILE`,
 * a CSV file whose second column has titles, also how well it finds real titles that are half remembered.
 */
const print = (line: string): void => void process.stdout.write(`${line}\n`);

const { values: options } = parseArgs({ options: { titles: { type: 'string' } } });

/** More take minutes to index, and rank much the same. */
const TITLES_MAX = 5_000;

const synonyms = await readFile(join(import.meta.dirname, '../synonyms.txt'), 'utf8');
const inPostgres = await openPostgresIndex();
const inOpenSearch = hasOpenSearch() ? await openOpenSearchIndex() : undefined;
const postgres = await judge(inPostgres, synonyms);
const openSearch = inOpenSearch === undefined ? undefined : await judge(inOpenSearch, synonyms);

const column = (value: number | undefined): string => (value?.toFixed(3) ?? '-').padStart(12);
const row = (name: string, first: number | undefined, other: number | undefined): void =>
  print(name.padEnd(24) + column(first) + column(other));

print(`${'query'.padEnd(24)}  PostgreSQL  OpenSearch`);
postgres.forEach(({ query, ndcg }, at) => row(query, ndcg, openSearch?.[at]?.ndcg));
const mean = (judgements: readonly Judgement[] | undefined) =>
  judgements === undefined ? undefined : meanOf(judgements);
row('mean', mean(postgres), mean(openSearch));
if (options.titles !== undefined) {
  const titles = [...new Set(await readTitles(options.titles))].slice(0, TITLES_MAX);
  const ranks = await rankKnownItems(inPostgres, postgresProjections, titles);
  const others =
    inOpenSearch === undefined ? undefined : await rankKnownItems(inOpenSearch, openSearchProjections, titles);
  print(`mean reciprocal rank of known titles among ${titles.length}`);
  for (const [name, rank] of Object.entries(ranks)) row(name, rank, others?.[name]);
}
if (openSearch === undefined) print(`No OpenSearch: ${OPENSEARCH_ADVICE}`);
await mochaHooks.afterAll.call({ timeout: () => undefined } as never);
