import { z } from 'zod';
import { refuse } from '@lego-moc/http/problem';
import type { Position } from '../../application/ports/search-index.ts';

const content = z.tuple([
  z.string().regex(/^\d{1,10}(?:\.\d{1,10})?$/u),
  z.uuid(),
  z.enum(['as-spelt', 'alike']),
  z.string(),
]);

/** An opaque text for where a page of this search ended. */
export const cursorFor = ({ score, mocId, spelling }: Position, words: readonly string[]): string =>
  Buffer.from(JSON.stringify([score, mocId, spelling, words.join(' ')])).toString('base64url');

const decoded = (cursor: string): unknown => {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
};

/** Where the page before ended. Refuses with 400 what is no cursor, or one of another search. */
export const positionIn = (cursor: string, words: readonly string[]): Position => {
  const { data } = content.safeParse(decoded(cursor));
  if (data?.[3] !== words.join(' '))
    return refuse(400, 'cursor-invalid', 'This cursor does not belong to this search.', {
      errors: [{ pointer: '/query/cursor', detail: 'Not a cursor of this search' }],
    });
  const [score, mocId, spelling] = data;
  return { score, mocId, spelling };
};
