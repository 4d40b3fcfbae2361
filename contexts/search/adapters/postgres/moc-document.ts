import type { MocPayload } from '@lego-moc/moc-management/contracts/integration-events';
import { wordsOf } from '../../domain/words.ts';

/** A row of the index: the fields shown of a MOC, and the words it is found by. */
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
  /** All its words. */
  readonly document: string;
  /** The words of title (weight A), tags and theme (B) with their positions. Small, since ranking reads it. */
  readonly heading: string;
  /** The same words as text, to compare misspelt ones with. */
  readonly names: string;
};

/** Search results show the beginning of a description. */
const DESCRIPTION_LENGTH_MAX = 300;

/** Bounds the row: a novel of 100,000 words has 10,000 different ones. */
const WORDS_MAX = 4_000;

type Weighted = { readonly text: string; readonly weight: 'A' | 'B' };

/** A `tsvector` in PostgreSQL's own notation. Words are letters and digits, so nothing needs escaping. */
const weightedVector = (fields: readonly Weighted[]): string =>
  fields
    .flatMap(({ text, weight }) => wordsOf(text).map((word) => ({ word, weight })))
    .map(({ word, weight }, place) => `'${word}':${place + 1}${weight}`)
    .join(' ');

/** A `tsvector` without positions: enough to find by. */
const wordSet = (text: string): string =>
  [...new Set(wordsOf(text))]
    .slice(0, WORDS_MAX)
    .map((word) => `'${word}'`)
    .join(' ');

/** Removes what PostgreSQL cannot store: NUL characters and lone surrogates. */
const toStorable = (text: string): string => text.toWellFormed().replaceAll('\0', '');

/** The row of a MOC as its newest event describes it; none once it is deleted. */
export const mocRow = (moc: MocPayload): MocRow | undefined => {
  if (moc.status === 'deleted') return undefined;
  const labels = [...moc.tags, moc.theme].join(' ');
  return {
    owner: moc.owner,
    status: moc.status,
    title: toStorable(moc.title),
    description: toStorable(moc.description.slice(0, DESCRIPTION_LENGTH_MAX)),
    theme: toStorable(moc.theme),
    tags: moc.tags.map(toStorable),
    total_pieces: moc.totalPieces,
    created_at: moc.createdAt,
    published_at: moc.publishedAt,
    document: wordSet(`${moc.title} ${labels} ${moc.description}`),
    heading: weightedVector([
      { text: moc.title, weight: 'A' },
      { text: labels, weight: 'B' },
    ]),
    names: wordsOf(`${moc.title} ${labels}`).join(' '),
  };
};
