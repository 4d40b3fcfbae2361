import type { CatalogueItem } from '@lego-moc/file-processing/contracts/catalogue-items-api';
import { keyOf, nameKeyOf } from '../domain/words.ts';
import { BARE, toStorable, type Document, type DocumentWithText } from './documents.ts';

/** The catalogue does not say when a part appeared, so that it comes last when the newest come first. */
const NO_DATE = '1970-01-01T00:00:00.000Z';

const distinctKeys = (names: readonly string[]): readonly string[] =>
  [...new Set(names.map(nameKeyOf))].filter((key) => key !== '');

const numbersWithKind = ({ kind }: CatalogueItem, number: string): readonly string[] => [number, `${kind} ${number}`];

/** The names of an item in full. */
const exactKeysOf = (item: CatalogueItem): readonly string[] =>
  distinctKeys([item.name, ...numbersWithKind(item, item.number)]);

/** 10255-1, the first edition of a set, is known as 10255. */
const shortKeysOf = (item: CatalogueItem): readonly string[] =>
  item.kind === 'set' && item.number.endsWith('-1')
    ? distinctKeys(numbersWithKind(item, item.number.slice(0, -2)))
    : [];

/** What sets and parts differ in. */
const detailsOf = (item: CatalogueItem) =>
  item.kind === 'set'
    ? { theme: item.theme ?? '', tags: item.subthemes, year: item.year ?? 0, pieces: item.pieces ?? 0 }
    : { theme: item.category ?? '', tags: [], year: 0, pieces: 0 };

/** A set or part as the catalogue has it. The category of a part is its theme, the themes within that of a set its tags. */
export const catalogueDocument = (item: CatalogueItem): DocumentWithText => {
  const { theme, tags, year, pieces } = detailsOf(item);
  const document: Document = {
    ...BARE,
    ...{ type: item.kind, owner: '', status: 'published', title: toStorable(item.name), description: '' },
    ...{ theme: toStorable(theme), theme_key: keyOf(theme), tags: tags.map(toStorable) },
    tag_keys: [...new Set(tags.map(keyOf))],
    exact_keys: exactKeysOf(item),
    short_keys: shortKeysOf(item),
    total_pieces: pieces,
    year,
    created_at: year === 0 ? NO_DATE : `${String(year).padStart(4, '0')}-01-01T00:00:00.000Z`,
  };
  return { document, labels: [...document.tags, document.theme, item.number], text: `${item.kind} lego` };
};
