import { quoteName, type Queries } from '@lego-moc/postgres/database';
import type { ColumnType, Members, SqlType } from '../projection.ts';
import type { Change, ReadModel, Row } from '../read-model-store.ts';
import { membersTableOf } from './names.ts';

type Columns = Pick<ReadModel, 'columns'>;
type Model = Pick<ReadModel, 'name' | 'columns'>;

/** A column of members, and the name under which each of them has its key. */
type MembersColumn = { readonly column: string; readonly by: string };

const isMembers = (type: ColumnType): type is Members => typeof type === 'object';

/** The columns that are in the row itself. */
export const ownColumns = ({ columns }: Columns): readonly (readonly [string, SqlType])[] =>
  Object.entries(columns).flatMap(([column, type]) => (isMembers(type) ? [] : [[column, type] as const]));

/** The columns whose members are in a table of their own. */
export const membersColumns = ({ columns }: Columns): readonly MembersColumn[] =>
  Object.entries(columns).flatMap(([column, type]) => (isMembers(type) ? [{ column, by: type.membersBy }] : []));

/** Makes an empty table for the members of each column that has some. */
export const createMembersTables = async (db: Queries, model: Model, generation: number): Promise<void> => {
  for (const { column } of membersColumns(model)) {
    await db.none(
      `CREATE TABLE ${membersTableOf(model, generation, column)}
         (id text, key text, place integer NOT NULL, member json NOT NULL, PRIMARY KEY (id, key))`,
    );
  }
};

/** SQL that puts each column's array together again, to be selected beside the columns of the table named `row`. */
export const memberColumns = (model: Model, generation: number, row: string): readonly string[] =>
  membersColumns(model).map(
    ({ column }) =>
      `(SELECT coalesce(json_agg(member ORDER BY place), '[]') FROM ${membersTableOf(model, generation, column)} AS members
        WHERE members.id = ${row}.id) AS ${quoteName(column)}`,
  );

const membersIn = (row: Row | undefined, { column }: MembersColumn): readonly Row[] =>
  (row?.[column] ?? []) as readonly Row[];

type PutMember = { readonly id: string; readonly key: string; readonly place: number; readonly member: Row };
type RemovedMember = { readonly id: string; readonly key: string };

/** Members are compared by identity: a fold that leaves a member alone passes on the same object. */
const diffMembers = (
  members: MembersColumn,
  { previous, next: { id, row } }: Change,
): { upserts: PutMember[]; removals: RemovedMember[] } => {
  const [before, after] = [membersIn(previous?.row, members), membersIn(row, members)];
  const keyOf = (member: Row): string => String(member[members.by]);
  let alike = 0;
  while (alike < after.length && before[alike] === after[alike]) alike += 1;

  const former = new Map(before.slice(alike).map((member, index) => [keyOf(member), { member, place: alike + index }]));
  const upserts = after.slice(alike).flatMap((member, index) => {
    const [key, place] = [keyOf(member), alike + index];
    const formerMember = former.get(key);
    former.delete(key);
    return formerMember?.member === member && formerMember.place === place ? [] : [{ id, key, place, member }];
  });
  return { upserts, removals: [...former.keys()].map((key) => ({ id, key })) };
};

/**
 * Parts of a statement that write the members of those rows whose ids are in `written`, a part before them; and their
 * values, numbered from behind the `valuesBefore` that the statement has already.
 */
export const memberWrites = (
  model: Model,
  generation: number,
  changes: readonly Change[],
  valuesBefore: number,
): { readonly parts: readonly string[]; readonly values: readonly unknown[] } => {
  const values: unknown[] = [];
  const bind = (type: SqlType, array: readonly unknown[]): string => `$${valuesBefore + values.push(array)}::${type}[]`;
  const bindEach = <T>(type: SqlType, items: readonly T[], value: (item: T) => unknown): string =>
    bind(type, items.map(value));
  const parts = membersColumns(model).flatMap((members) => {
    const table = membersTableOf(model, generation, members.column);
    const diffs = changes.map((change) => diffMembers(members, change));
    const [upserts, removals] = [diffs.flatMap((diff) => diff.upserts), diffs.flatMap((diff) => diff.removals)];
    const removedKeys = [bindEach('text', removals, ({ id }) => id), bindEach('text', removals, ({ key }) => key)];
    const putValues = [
      bindEach('text', upserts, ({ id }) => id),
      bindEach('text', upserts, ({ key }) => key),
      bindEach('integer', upserts, ({ place }) => place),
      bindEach('json', upserts, ({ member }) => JSON.stringify(member)),
    ];
    return [
      `${quoteName(`${members.column} removed`)} AS (
         DELETE FROM ${table} AS members USING written, unnest(${removedKeys.join(', ')}) AS removed (id, key)
         WHERE removed.id = written.id AND members.id = removed.id AND members.key = removed.key)`,
      `${quoteName(`${members.column} put`)} AS (
         INSERT INTO ${table} AS members (id, key, place, member)
         SELECT put.id, put.key, put.place, put.member
         FROM unnest(${putValues.join(', ')}) AS put (id, key, place, member) JOIN written USING (id)
         ON CONFLICT (id, key) DO UPDATE SET place = excluded.place, member = excluded.member)`,
    ];
  });
  return { parts, values };
};
