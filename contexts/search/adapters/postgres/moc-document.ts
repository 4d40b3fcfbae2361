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
  /** A `tsvector` as text: every word with its places, title A, tags and theme B, description C. */
  readonly document: string;
  /** The words that may be misspelt. */
  readonly names: string;
};

/** A list shows the beginning; the whole is a click away. */
const SHOWN_LENGTH = 300;

/** PostgreSQL numbers the places of words in a document up to 16,383, and keeps 256 of each word. */
const WORDS_MAX = 4_000;

/** Words are letters and digits, so nothing needs escaping here. */
const lexemes = (fields: readonly { readonly text: string; readonly weight: 'A' | 'B' | 'C' }[]): string => {
  const places = new Map<string, string[]>();
  let place = 0;
  for (const { text, weight } of fields)
    for (const word of wordsOf(text).slice(0, WORDS_MAX)) {
      place += 1;
      const before = places.get(word) ?? [];
      if (before.length < 200) places.set(word, [...before, `${place}${weight}`]);
    }
  return [...places].map(([word, at]) => `'${word}':${at.join(',')}`).join(' ');
};

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
    document: lexemes([
      { text: moc.title, weight: 'A' },
      { text: labels, weight: 'B' },
      { text: moc.description, weight: 'C' },
    ]),
    names: wordsOf(`${moc.title} ${labels}`).join(' '),
  };
};
