import { createHash } from 'node:crypto';
import { z } from 'zod';
import { refuse } from '@lego-moc/http/problem';
import type { DegradedReason, Position } from '../../application/ports/search-index.ts';
import type { SearchQuery } from '../../contracts/http-api.ts';

/** The key of a position: a number, or two. */
const NUMBERS = /^-?\d{1,15}(?:\.\d{1,20})?(?:E-?\d{1,2})?(?: -?\d{1,15}(?:\.\d{1,20})?(?:E-?\d{1,2})?)?$/u;

const content = z.tuple([
  z.string().regex(NUMBERS),
  z.string().regex(/^[^\p{Cc}\p{Cs}]{1,200}$/u),
  z.enum(['as-spelt', 'alike']),
  z.enum(['postgresql', 'opensearch']),
  z.string(),
]);

type SearchOfCursor = Pick<SearchQuery, 'q' | 'type' | 'sort' | 'buildable'>;

/** Tells searches apart; nothing has to be kept secret. */
const digestOf = ({ q, type, sort, buildable = 0 }: SearchOfCursor): string =>
  createHash('sha256')
    .update(JSON.stringify([q, type.toSorted(), sort, buildable]))
    .digest('base64url')
    .slice(0, 16);

/** The end of a page of this search as an opaque text. */
export const encodeCursor = ({ key, id, spelling, index }: Position, search: SearchOfCursor): string =>
  Buffer.from(JSON.stringify([key, id, spelling, index, digestOf(search)])).toString('base64url');

const parseCursor = (cursor: string): unknown => {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
};

const refuseCursor = (detail: string): never =>
  refuse(400, 'cursor-invalid', detail, {
    errors: [{ pointer: '/query/cursor', detail: 'not a cursor of this search' }],
  });

/** The end of the previous page. Refuses with 400 a text that is no cursor, or a cursor of another search. */
export const decodeCursor = (cursor: string, search: SearchOfCursor): Position => {
  const { data } = content.safeParse(parseCursor(cursor));
  if (data?.[4] !== digestOf(search))
    return refuseCursor(
      'The cursor does not belong to this search. Send nextCursor of the page before, with the same q, type, sort and buildable.',
    );
  const [key, id, spelling, index] = data;
  return { key, id, spelling, index };
};

type WaitingReason = Exclude<DegradedReason, 'inventory-unavailable'>;

/** How soon the index may continue, in seconds: it catches up within moments, and is built or comes back within more. */
const RETRY_AFTER: Record<WaitingReason, string> = {
  'index-behind': '1',
  'index-unavailable': '5',
  'index-building': '5',
};

/** The index that ranked the page before does not answer now, and continues once it does. */
export const refuseWaitingCursor = (reason: DegradedReason): never => {
  const type = reason === 'inventory-unavailable' ? 'index-unavailable' : reason;
  const detail =
    'The index that ranked the page before does not answer just now. Send the request again, or start without a cursor.';
  return refuse(503, type, detail, {
    headers: { 'retry-after': RETRY_AFTER[type] },
    errors: [{ pointer: '/query/cursor', detail: 'belongs to an index that does not answer just now' }],
  });
};

/** No index continues this cursor: the one that ranked the page before is not in use any more. */
export const refuseOutdatedCursor = (): never =>
  refuseCursor('The ranking has changed since the page before. Start again without a cursor.');
