import { z } from 'zod';
import { refuse } from '@lego-moc/http/problem';
import type { Position } from '../../application/ports/search-index.ts';

const content = z.tuple([
  z.string().regex(/^\d{1,10}(?:\.\d{1,10})?$/u),
  z.uuid(),
  z.enum(['as-spelt', 'alike']),
  z.string(),
]);

/** The end of a page of this search as an opaque text. */
export const encodeCursor = ({ score, mocId, spelling }: Position, words: readonly string[]): string =>
  Buffer.from(JSON.stringify([score, mocId, spelling, words.join(' ')])).toString('base64url');

const parseCursor = (cursor: string): unknown => {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
};

/** The end of the previous page. Refuses with 400 a text that is no cursor, or a cursor of another search. */
export const decodeCursor = (cursor: string, words: readonly string[]): Position => {
  const { data } = content.safeParse(parseCursor(cursor));
  if (data?.[3] !== words.join(' '))
    return refuse(
      400,
      'cursor-invalid',
      'The cursor does not belong to this search. Send nextCursor of the page before, with the same q.',
      {
        errors: [{ pointer: '/query/cursor', detail: 'not a cursor of this search' }],
      },
    );
  const [score, mocId, spelling] = data;
  return { score, mocId, spelling };
};
