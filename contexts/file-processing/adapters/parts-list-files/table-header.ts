import {
  columnCount,
  mappedColumns,
  tableKind,
  SAMPLE_ROWS_MAX,
  sampleRow,
  type ColumnMapping,
} from '../../domain/column-mapping.ts';
import { columnsOf } from '../../domain/columns.ts';
import type { Columns } from '../../domain/table-columns.ts';
import { ColumnsUnknown, UnreadableFile } from '../../application/ports/parts-list-reader.ts';
import type { TableRow } from './csv-rows.ts';

const shorten = (name: string): string => JSON.stringify(name.slice(0, 40));

const unknownColumns = async (first: TableRow, rest: AsyncIterator<TableRow>): Promise<ColumnsUnknown> => {
  const rows = [first];
  for (let next = await rest.next(); next.done !== true && rows.length < SAMPLE_ROWS_MAX; next = await rest.next())
    rows.push(next.value);
  const names = first.cells.slice(0, 12).map(shorten);
  const more = first.cells.length > names.length ? ` and ${first.cells.length - names.length} more` : '';
  const detail = `The first line has the columns ${names.join(', ')}${more}; a list needs Part, Color and Quantity, or Element ID and Quantity.`;
  return new ColumnsUnknown(
    detail,
    { line: first.line },
    rows.map(({ cells }) => sampleRow(cells)),
  );
};

const repeatedColumn = (name: string, line: number): UnreadableFile =>
  new UnreadableFile('columns-unknown', `The column ${shorten(name)} occurs twice. Rename or remove one.`, {
    line,
    field: name,
  });

export type TableHeader = {
  readonly kind: string;
  readonly columns: Columns;
  /** The first row when it is a row of the list. */
  readonly firstRow: TableRow | undefined;
};

/**
 * What the columns of a table mean: as `mapping` says, else by the names in its first row. `undefined` for a table
 * without a row. Throws `ColumnsUnknown`, and `UnreadableFile` for two columns of one name.
 */
export const readHeader = async (
  rows: AsyncIterator<TableRow>,
  mapping: ColumnMapping | undefined,
): Promise<TableHeader | undefined> => {
  const next = await rows.next();
  if (next.done === true) return undefined;
  const first = next.value;
  const columns = columnsOf(first.cells);
  if (columns !== undefined && 'repeatedName' in columns) throw repeatedColumn(columns.repeatedName, first.line);
  const kind = tableKind(first.cells);
  if (columns !== undefined) return { kind, columns, firstRow: undefined };
  if (mapping === undefined) throw await unknownColumns(first, rows);
  const userColumns = mappedColumns(mapping, columnCount([first.cells]));
  return { kind, columns: userColumns, firstRow: mapping.hasHeader ? undefined : first };
};
