import type { UserId } from '@lego-moc/kernel/message';
import { integrationDefinition, applyEvent } from '@lego-moc/read-models/definition';
import type { openPostgresIndex } from '../testing/open-index.ts';
import type { DocumentProjections } from '../document-sources.ts';
import { isFault, parseQuery } from '../domain/query.ts';
import { keyOf, wordsOf } from '../domain/words.ts';
import { deliveryOf } from '../testing/index-for-tests.ts';
import { createRandom, mocFrom, pick } from './titles.ts';

type OpenIndex = Awaited<ReturnType<typeof openPostgresIndex>>;

const ITEMS = 200;
const LOOKED_AT = 10;
const SEARCHER = 'searcher' as UserId;

/** How somebody remembers a title: its words in another order, the beginnings of them, or one of them misspelt. */
const MEMORIES: Readonly<Record<string, (words: readonly string[]) => string>> = {
  'words in another order': (words) => words.toReversed().join(' '),
  'the last word half typed': (words) =>
    words.map((word, at) => (at === words.length - 1 ? word.slice(0, 4) : word)).join(' '),
  'the longest word misspelt': (words) => {
    const longest = words.toSorted((word, other) => other.length - word.length)[0] ?? '';
    return words.map((word) => (word === longest ? `${word.slice(0, 2)}${word.slice(3)}` : word)).join(' ');
  },
};

/** Fills an index with published MOCs of these titles, one each. */
const fill = async <Row extends object>(
  { store }: OpenIndex,
  projections: DocumentProjections<Row>,
  titles: readonly string[],
) => {
  const definition = integrationDefinition(projections.mocs);
  const random = createRandom(5);
  await store.build(definition, async (build) => {
    const changes = titles.flatMap((title) => {
      const moc = { ...mocFrom([title], random), description: '', tags: [] };
      const next = applyEvent(
        definition,
        undefined,
        { id: moc.mocId, revision: 0n },
        deliveryOf('moc.updated', moc.mocId, 0n, moc),
      );
      return next === undefined ? [] : [{ previous: undefined, next }];
    });
    await build.insert(changes);
    await build.index();
    await build.publish(() => Promise.resolve());
  });
};

/**
 * The mean reciprocal rank, by way of remembering, at which real titles are found among all others: 1 when each is first,
 * 0 when none is among the first ten. Equal titles count as the same.
 */
export const rankKnownItems = async <Row extends object>(
  index: OpenIndex,
  projections: DocumentProjections<Row>,
  titles: readonly string[],
): Promise<Readonly<Record<string, number>>> => {
  await fill(index, projections, titles);
  const random = createRandom(6);
  const items = Array.from({ length: ITEMS }, () => pick(titles, random));
  const rank = async (title: string, remember: (words: readonly string[]) => string): Promise<number> => {
    const query = parseQuery(remember(wordsOf(title).slice(0, 8)));
    if (isFault(query)) throw new Error(query.fault);
    const { documents } = await index.index.find({
      query,
      types: ['moc'],
      by: SEARCHER,
      sort: 'relevance',
      limit: LOOKED_AT,
    });
    const place = documents.findIndex((document) => keyOf(document.title) === keyOf(title));
    return place === -1 ? 0 : 1 / (place + 1);
  };
  const means: Record<string, number> = {};
  for (const [name, remember] of Object.entries(MEMORIES)) {
    let sum = 0;
    for (const title of items) sum += await rank(title, remember);
    means[name] = sum / items.length;
  }
  return means;
};
