import type { LotProblem, RawLot } from '../../domain/lot.ts';
import type { Item, ItemDialect } from './item-reader.ts';
import { repeatedField, textOf, xmlLots, type TextPortion } from './xml-lots.ts';

const BRICKSTORE: ItemDialect = {
  roots: new Set(['BRICKSTOREXML', 'BRICKSTOCKXML']),
  itemTags: new Set(['ITEM']),
  isTag: () => true,
  uniqueFields: new Set(['ITEMTYPEID', 'ITEMID', 'COLORID', 'QTY', 'STATUS']),
};

const EXCLUDED_LOT: LotProblem = {
  code: 'excluded',
  detail: 'BrickStore marks this lot as excluded.',
  field: 'Status',
};

const problemOf = (status: string | undefined, repeatedName: string | undefined): LotProblem | undefined => {
  if (repeatedName !== undefined) return repeatedField(repeatedName);
  return status === 'X' ? EXCLUDED_LOT : undefined;
};

const lotOf = ({ line, fields, repeatedName }: Item): RawLot => {
  const status = textOf(fields, 'STATUS')?.toUpperCase();
  return {
    line,
    itemType: textOf(fields, 'ITEMTYPEID')?.toUpperCase() ?? 'P',
    partNumber: textOf(fields, 'ITEMID') ?? '',
    colour: textOf(fields, 'COLORID'),
    colourName: textOf(fields, 'COLORNAME'),
    quantityText: textOf(fields, 'QTY'),
    role: status === 'E' ? 'extra' : 'needed',
    problem: problemOf(status, repeatedName),
  };
};

/** Reads the lots of a BrickStore document, of today or of its first versions. Throws `UnreadableFile`. */
export const brickStoreLots = (chunks: AsyncIterable<string>): AsyncGenerator<TextPortion> =>
  xmlLots(chunks, BRICKSTORE, lotOf);
