import { ANY_COLOUR } from '../../domain/catalogue.ts';
import type { StoredLot } from '../../domain/export-lot.ts';
import type { ListWriter } from '../../application/ports/list-writer.ts';
import { csvRow } from './csv-cells.ts';

const writeNothing = (): string => '';

/** The quantity as the totals count it: nothing for a lot with a problem, and for what is listed elsewhere anyway. */
const countedQuantity = ({ problem, quantity, role }: StoredLot): number | null =>
  problem === null && (role === 'needed' || role === 'extra') ? quantity : null;

export const rebrickableCsv: ListWriter = {
  head: csvRow('Part', 'Color', 'Quantity', 'Is Spare'),
  line: ({ lot, number, colour, quantity }) =>
    csvRow(number, colour ?? ANY_COLOUR, quantity, lot.role === 'extra' ? 'True' : 'False'),
  tail: writeNothing,
};

export const pickABrickCsv: ListWriter = {
  head: csvRow('elementId', 'quantity'),
  line: ({ number, quantity }) => csvRow(number, quantity),
  tail: writeNothing,
};

const STUDIO_COLUMNS =
  'BLItemNo,ElementId,LdrawId,PartName,BLColorId,LDrawColorId,ColorName,ColorCategory,Qty,Weight'.split(',');

/** A row of as many cells as Studio has columns. */
const studioRow = (...cells: readonly (string | number)[]): string =>
  csvRow(...STUDIO_COLUMNS.map((_column, index) => cells[index] ?? null));

/** Studio's list with its total below. The weight is not known. */
export const studioCsv: ListWriter = {
  head: csvRow(...STUDIO_COLUMNS),
  line: ({ lot, number, colour, quantity }) => {
    const [elementId = ''] = lot.elementIds;
    return csvRow(number, elementId, '', lot.partName, colour ?? 0, '', lot.colourName, '', quantity, '');
  },
  tail: (pieces) => studioRow() + studioRow('Total qty', 'Total Weight') + studioRow(pieces),
};

/** Everything that is known of each lot. The first columns are Rebrickable's, so that it can be read again. */
export const plainCsv: ListWriter = {
  head: csvRow(
    ...['part_num', 'color_id', 'quantity', 'is_spare', 'part_name', 'color_name', 'element_id', 'item_type'],
    ...['role', 'problem', 'written_part', 'written_color', 'written_quantity', 'line'],
  ),
  line: ({ lot, number, colour }) =>
    csvRow(
      ...[number, colour, countedQuantity(lot), lot.role === 'extra' ? 'True' : 'False', lot.partName, lot.colourName],
      ...[lot.elementIds[0] ?? null, lot.itemType, lot.role, lot.problem],
      ...[lot.partNumber, lot.colour, lot.quantityText, lot.line],
    ),
  tail: writeNothing,
};
