import { itemTypeOf } from '../../domain/item-types.ts';
import type { RawLot } from '../../domain/lot.ts';
import type { Item, ItemDialect } from './item-reader.ts';
import { repeatedField, textOf, xmlLots, type TextPortion } from './xml-lots.ts';

const BRICK_OWL: ItemDialect = {
  roots: new Set(['INVENTORY']),
  itemTags: new Set(['ITEM', 'LOT']),
  isTag: () => true,
  uniqueFields: new Set(['BRICKOWL_ITEM_ID', 'BOID', 'QUANTITY', 'QTY']),
};

/** The number of an item and, behind the last dash, its colour. */
const ITEM_ID = /^(.+)-(\d{1,5})$/;

const lotOf = ({ line, fields, repeatedName }: Item): RawLot => {
  const id = textOf(fields, 'BRICKOWL_ITEM_ID') ?? textOf(fields, 'BOID') ?? '';
  const [, number = id, colour = null] = ITEM_ID.exec(id) ?? [];
  return {
    ...{ line, itemType: itemTypeOf(textOf(fields, 'TYPE')), partNumber: number, colour, role: 'needed' },
    colourName: textOf(fields, 'COLOR_NAME'),
    quantityText: textOf(fields, 'QUANTITY') ?? textOf(fields, 'QTY'),
    problem: repeatedName === undefined ? undefined : repeatedField(repeatedName),
  };
};

/** Reads the lots of a Brick Owl list as its text arrives. Throws `UnreadableFile`. */
export const brickOwlLots = (chunks: AsyncIterable<string>): AsyncGenerator<TextPortion> =>
  xmlLots(chunks, BRICK_OWL, lotOf);
