import { quoted, type Queries } from '@lego-moc/postgres/database';
import type { AnyRow, Change, Definition } from './definition.ts';
import { membersTableOf } from './names.ts';
import type { ColumnType, Members, SqlType } from './projection.ts';

type Shaped = Pick<Definition, 'name' | 'columns'>;

/** A column of members, and the name under which each of them has its key. */
type MembersColumn = { readonly column: string; readonly by: string };

type Member = AnyRow;

const isMembers = (type: ColumnType): type is Members => typeof type === 'object';

/** The columns that lie in the row itself. */
export const ownColumns = ({ columns }: Pick<Shaped, 'columns'>): readonly (readonly [string, SqlType])[] =>
  Object.entries(columns).flatMap(([column, type]) => (isMembers(type) ? [] : [[column, type] as const]));

/** The columns whose members lie in a table of their own. */
export const membersColumns = ({ columns }: Pick<Shaped, 'columns'>): readonly MembersColumn[] =>
  Object.entries(columns).flatMap(([column, type]) => (isMembers(type) ? [{ column, by: type.membersBy }] : []));

/** Makes an empty table for the members of each column that has some. */
export const createMembersTables = async (db: Queries, definition: Shaped, generation: number): Promise<void> => {
  for (const { column } of membersColumns(definition)) {
    await db.none(
      `CREATE TABLE ${membersTableOf(definition, generation, column)}
         (id text, key text, place integer NOT NULL, member json NOT NULL, PRIMARY KEY (id, key))`,
    );
  }
};

/** Each column's array put together again, to be selected beside the columns of `row`, a name for the table of rows. */
export const gatheredMembers = (definition: Shaped, generation: number, row: string): readonly string[] =>
  membersColumns(definition).map(
    ({ column }) =>
      `(SELECT coalesce(json_agg(member ORDER BY place), '[]') FROM ${membersTableOf(definition, generation, column)} AS members
        WHERE members.id = ${row}.id) AS ${quoted(column)}`,
  );

const membersIn = (row: AnyRow | undefined, { column }: MembersColumn): readonly Member[] =>
  (row?.[column] ?? []) as readonly Member[];

type Put = { readonly id: string; readonly key: string; readonly place: number; readonly member: Member };
type Gone = { readonly id: string; readonly key: string };

/** What differs is told by identity: a fold that leaves a member alone hands on the same object. */
const differences = (members: MembersColumn, { was, kept: { id, row } }: Change): { put: Put[]; gone: Gone[] } => {
  const [before, after] = [membersIn(was?.row, members), membersIn(row, members)];
  const keyOf = (member: Member): string => String(member[members.by]);
  let alike = 0;
  while (alike < after.length && before[alike] === after[alike]) alike += 1;

  const others = new Map(before.slice(alike).map((member, index) => [keyOf(member), { member, place: alike + index }]));
  const put = after.slice(alike).flatMap((member, index) => {
    const [key, place] = [keyOf(member), alike + index];
    const other = others.get(key);
    others.delete(key);
    return other?.member === member && other.place === place ? [] : [{ id, key, place, member }];
  });
  return { put, gone: [...others.keys()].map((key) => ({ id, key })) };
};

/**
 * Parts of a statement that put down the members of those rows whose ids are in `written`, a part before them; and the
 * values of `$1` and so on, counted from behind those that the statement has already.
 */
export const writingMembers = (
  definition: Shaped,
  generation: number,
  changes: readonly Change[],
  valuesBefore: number,
): { readonly parts: readonly string[]; readonly values: readonly unknown[] } => {
  const values: unknown[] = [];
  const bound = (type: SqlType, some: readonly unknown[]): string => `$${valuesBefore + values.push(some)}::${type}[]`;
  const parts = membersColumns(definition).flatMap((members) => {
    const table = membersTableOf(definition, generation, members.column);
    const all = changes.map((change) => differences(members, change));
    const [put, gone] = [all.flatMap((each) => each.put), all.flatMap((each) => each.gone)];
    const ids = (some: readonly Gone[]): string =>
      bound(
        'text',
        some.map(({ id }) => id),
      );
    const keys = (some: readonly Gone[]): string =>
      bound(
        'text',
        some.map(({ key }) => key),
      );
    const places = bound(
      'integer',
      put.map(({ place }) => place),
    );
    const texts = bound(
      'json',
      put.map(({ member }) => JSON.stringify(member)),
    );
    return [
      `${quoted(`${members.column} gone`)} AS (
         DELETE FROM ${table} AS members USING written, unnest(${ids(gone)}, ${keys(gone)}) AS gone (id, key)
         WHERE gone.id = written.id AND members.id = gone.id AND members.key = gone.key)`,
      `${quoted(`${members.column} put`)} AS (
         INSERT INTO ${table} AS members (id, key, place, member)
         SELECT put.id, put.key, put.place, put.member
         FROM unnest(${ids(put)}, ${keys(put)}, ${places}, ${texts}) AS put (id, key, place, member) JOIN written USING (id)
         ON CONFLICT (id, key) DO UPDATE SET place = excluded.place, member = excluded.member)`,
    ];
  });
  return { parts, values };
};
