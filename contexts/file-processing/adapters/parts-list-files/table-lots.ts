import { colourInDescription } from '../../domain/bricklink-colour-names.ts';
import type { Format } from '../../domain/catalogue.ts';
import type { ColourScheme } from '../../domain/colour-scheme.ts';
import type { ColumnMapping } from '../../domain/column-mapping.ts';
import { isTrue } from '../../domain/columns.ts';
import type { Columns } from '../../domain/table-columns.ts';
import type { RepairNote } from '../../domain/findings.ts';
import { itemTypeOf } from '../../domain/item-types.ts';
import type { LotProblem, RawLot } from '../../domain/lot.ts';
import { orderIn as readOrder, type Order } from '../../domain/order.ts';
import type { TableRow } from './csv-rows.ts';
import { readHeader } from './table-header.ts';
import { amountIn, TableTotals } from './table-totals.ts';
import type { TextPortion } from './xml-lots.ts';

const PORTION_LOTS = 1000;

export type TablePortion = TextPortion & {
  readonly format: Format;
  readonly kind: string;
  readonly expectedScheme: ColourScheme | undefined;
};

const problemOf = (row: readonly string[], columns: Columns): LotProblem | undefined => {
  if (row.length <= Math.max(columns.part, columns.colour ?? 0, columns.quantity ?? 0))
    return { code: 'row-incomplete', detail: `The row has ${row.length} cells, the header ${columns.count} columns.` };
  if (row.slice(columns.count).every((cell) => cell === '')) return undefined;
  const detail = `The row has ${row.length} cells, the header ${columns.count} columns. Put a cell that has a comma in quotes.`;
  return { code: 'row-too-long', detail };
};

type Cell = (index: number | undefined) => string | null;

const cellsOf =
  (row: readonly string[]): Cell =>
  (index) =>
    index === undefined || row[index] === undefined || row[index] === '' ? null : row[index];

const itemTypeIn = (cell: Cell, { itemType = 'P' }: Columns): string =>
  typeof itemType === 'string' ? itemType : itemTypeOf(cell(itemType.column));

type Colour = Pick<RawLot, 'colour' | 'colourName'>;

const colourIn = (cell: Cell, columns: Columns, itemType: string): Colour => {
  const description = cell(columns.description);
  const namedColour = itemType === 'P' && description !== null ? colourInDescription(description) : undefined;
  if (namedColour !== undefined) return { colour: String(namedColour.id), colourName: namedColour.name };
  const colourName = cell(columns.colourName);
  // A colour that has a name only is looked up by it; elements name their colours themselves.
  return { colour: cell(columns.colour) ?? (columns.isElement ? null : colourName), colourName };
};

const quantityIn = (cell: Cell, { quantity, moreQuantity }: Columns): string | null => {
  const text = quantity === undefined ? null : (cell(quantity) ?? '');
  const more = cell(moreQuantity);
  return more === null ? text : String(amountIn(text ?? '') + amountIn(more));
};

/** The order that a row names: a row of its own, or one that names its items as well. */
const orderIn = ({ cells }: TableRow, { order }: Columns): Order | undefined => {
  if (order === undefined) return undefined;
  const cell = cellsOf(cells);
  return readOrder((name) => cell(order.get(name)) ?? undefined);
};

const lotOf = ({ cells, line }: TableRow, columns: Columns, order: Order | undefined): RawLot => {
  const cell = cellsOf(cells);
  const problem = problemOf(cells, columns);
  const itemType = itemTypeIn(cell, columns);
  return {
    ...{ line, itemType, partNumber: cells[columns.part] ?? '' },
    ...(columns.isElement ? { isElement: true } : {}),
    ...colourIn(cell, columns, itemType),
    quantityText: quantityIn(cell, columns),
    role: columns.spare !== undefined && isTrue(cells[columns.spare]) ? 'extra' : 'needed',
    ...(order === undefined ? {} : { order }),
    ...(problem === undefined ? {} : { problem }),
  };
};

/** A row that names an order, between those that name its items. */
const isOrderRow = (cells: readonly string[], { part, itemType }: Columns): boolean =>
  typeof itemType === 'object' && (cells[part] ?? '') === '' && (cells[itemType.column] ?? '') === '';

/** Reads the lots of a table row by row. Throws `ColumnsUnknown` and `UnreadableFile`. */
export async function* tableLots(rows: AsyncIterable<TableRow>, mapping?: ColumnMapping): AsyncGenerator<TablePortion> {
  const iterator = rows[Symbol.asyncIterator]();
  let lots: RawLot[] = [];
  let repairs: RepairNote[] = [];
  try {
    const header = await readHeader(iterator, mapping);
    if (header === undefined) return;
    const { kind, columns, firstRow } = header;
    const totals = new TableTotals();
    const portion = (): TablePortion => {
      const latest = { lots, repairs };
      [lots, repairs] = [[], []];
      return { ...latest, kind, format: columns.format, expectedScheme: columns.scheme };
    };
    let order: Order | undefined;
    const addRow = (row: TableRow): void => {
      order = orderIn(row, columns) ?? order;
      if (row.cells.every((cell) => cell === '') || isOrderRow(row.cells, columns)) return;
      const code = totals.read(row.cells, columns);
      if (code === undefined) {
        lots.push(lotOf(row, columns, order));
        totals.add(row.cells[columns.quantity ?? -1]);
      } else if (code !== null) repairs.push({ code, line: row.line });
    };

    if (firstRow !== undefined) addRow(firstRow);
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
      addRow(next.value);
      if (lots.length >= PORTION_LOTS) yield portion();
    }
    yield portion();
  } finally {
    await iterator.return?.();
  }
}
