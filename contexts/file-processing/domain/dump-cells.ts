/** A row of a dump by column name. */
export type DumpRow = Readonly<Record<string, string>>;

/** The row to import, or the reason why it is left out. */
export type RowResult<Row> = { readonly row: Row } | 'unreadable' | 'dangling' | 'repeated';

/** Reads one file of a dump. */
export type TableReader<Row> = {
  /** As Rebrickable names the file, without its endings. */
  readonly file: string;
  readonly columns: readonly string[];
  readonly read: (row: DumpRow) => RowResult<Row>;
};

const WHOLE = /^-?\d{1,9}$/;

/** A cell as a whole number; `undefined` when it is none. */
export const idIn = (text: string | undefined): number | undefined =>
  text !== undefined && WHOLE.test(text) ? Number(text) : undefined;

/** A cell as text; `undefined` when it is empty. */
export const textIn = (text: string | undefined): string | undefined =>
  text === undefined || text === '' ? undefined : text;

/** Whether the key is new. */
export const addTo = <Key>(keys: Set<Key>, key: Key): boolean => keys.size !== keys.add(key).size;

/** The id, if `ids` has it. */
export const existingOrNull = (ids: ReadonlySet<number>, id: number | undefined): number | null =>
  id !== undefined && ids.has(id) ? id : null;
