import { refuse } from '@lego-moc/http/problem';

/** The place in a list by time where a page ended. */
export type Place = { readonly at: string; readonly id: string };

const CURSOR = /^(\d{4}-\d\d-\d\dT[\d:.]+Z) ([0-9a-f-]{36})$/;

export const cursorAt = ({ at, id }: Place): string => Buffer.from(`${at} ${id}`).toString('base64url');

/** The place that a cursor names. Refuses what is no cursor. */
export const placeOf = (cursor: string): Place => {
  const [, at, id] = CURSOR.exec(Buffer.from(cursor, 'base64url').toString('utf8')) ?? [];
  return at === undefined || id === undefined || Number.isNaN(Date.parse(at))
    ? refuse(400, 'cursor-invalid', 'A cursor is taken from the page before, unchanged.', {
        errors: [{ pointer: '/query/cursor', detail: 'not a cursor of this list' }],
      })
    : { at, id };
};
