import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mochaHooks } from '@lego-moc/testing/mocha-hooks';
import { hasOpenSearch, OPENSEARCH_ADVICE } from '@lego-moc/testing/opensearch-for-tests';
import { judge, meanOf, type Judgement } from '../testing/judged-list.ts';
import { openOpenSearchIndex, openPostgresIndex } from '../testing/open-index.ts';

/** Prints how well each index orders the judged list: nDCG of the first ten, by query and on average. */
const print = (line: string): void => void process.stdout.write(`${line}\n`);

const synonyms = await readFile(join(import.meta.dirname, '../synonyms.txt'), 'utf8');
const postgres = await judge(await openPostgresIndex(), synonyms);
const openSearch = hasOpenSearch() ? await judge(await openOpenSearchIndex(), synonyms) : undefined;

const column = (value: number | undefined): string => (value?.toFixed(3) ?? '-').padStart(12);
const row = (name: string, one: number | undefined, other: number | undefined): void =>
  print(name.padEnd(24) + column(one) + column(other));

print(`${'query'.padEnd(24)}  PostgreSQL  OpenSearch`);
postgres.forEach(({ query, ndcg }, at) => row(query, ndcg, openSearch?.[at]?.ndcg));
const mean = (judgements: readonly Judgement[] | undefined) =>
  judgements === undefined ? undefined : meanOf(judgements);
row('mean', mean(postgres), mean(openSearch));
if (openSearch === undefined) print(`No OpenSearch: ${OPENSEARCH_ADVICE}`);
await mochaHooks.afterAll.call({ timeout: () => undefined } as never);
