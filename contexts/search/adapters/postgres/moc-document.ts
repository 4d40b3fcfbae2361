import type { MocPayload } from '@lego-moc/moc-management/contracts/integration-events';
import { wordsOf } from '../../domain/words.ts';

/** A row of the index: what is shown of a MOC, and what it is found by. */
export type MocRow = {
  readonly owner: string;
  readonly status: 'draft' | 'published';
  readonly title: string;
  readonly description: string;
  readonly theme: string;
  readonly tags: readonly string[];
  readonly total_pieces: number;
  readonly created_at: string;
  readonly published_at: string | null;
  /** Every word there is. */
  readonly document: string;
  /** The words that it is called by, with their places: title A, tags and theme B. Small, as it is read to rank. */
  readonly heading: string;
  /** The same words to compare misspelt ones with. */
  readonly names: string;
};

/** A list shows the beginning; the whole is a click away. */
const SHOWN_LENGTH = 300;

/** A novel of 100,000 words has 10,000 different ones. */
const WORDS_MAX = 4_000;

type Weighted = { readonly text: string; readonly weight: 'A' | 'B' };

/** A `tsvector` in PostgreSQL's own notation. Words are letters and digits, so nothing needs escaping. */
const vector = (fields: readonly Weighted[]): string =>
  fields
    .flatMap(({ text, weight }) => wordsOf(text).map((word) => ({ word, weight })))
    .map(({ word, weight }, place) => `'${word}':${place + 1}${weight}`)
    .join(' ');

/** The same without places: enough to find by. */
const wordSet = (text: string): string =>
  [...new Set(wordsOf(text))]
    .slice(0, WORDS_MAX)
    .map((word) => `'${word}'`)
    .join(' ');

/** What PostgreSQL cannot keep, nobody can read either. */
const kept = (text: string): string => text.toWellFormed().replaceAll('\0', '');

/** The row of a MOC as its newest event tells it; none once it is deleted. */
export const mocRow = (moc: MocPayload): MocRow | undefined => {
  if (moc.status === 'deleted') return undefined;
  const labels = [...moc.tags, moc.theme].join(' ');
  return {
    owner: moc.owner,
    status: moc.status,
    title: kept(moc.title),
    description: kept(moc.description.slice(0, SHOWN_LENGTH)),
    theme: kept(moc.theme),
    tags: moc.tags.map(kept),
    total_pieces: moc.totalPieces,
    created_at: moc.createdAt,
    published_at: moc.publishedAt,
    document: wordSet(`${moc.title} ${labels} ${moc.description}`),
    heading: vector([
      { text: moc.title, weight: 'A' },
      { text: labels, weight: 'B' },
    ]),
    names: wordsOf(`${moc.title} ${labels}`).join(' '),
  };
};
