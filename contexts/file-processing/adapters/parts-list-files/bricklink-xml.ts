import type { LotProblem, LotRole, RawLot } from '../../domain/lot.ts';
import { BRICKLINK } from './bricklink-tags.ts';
import type { Item } from './item-reader.ts';
import { repeatedField, textOf, xmlLots, type TextPortion } from './xml-lots.ts';

type Fields = Item['fields'];

const roleOf = (fields: Fields): LotRole => {
  const isSet = (name: string): boolean => textOf(fields, name)?.toUpperCase() === 'Y';
  if (isSet('EXTRA')) return 'extra';
  if (isSet('COUNTERPART')) return 'counterpart';
  return isSet('ALTERNATE') ? 'alternate' : 'needed';
};

/** BrickLink writes -1 where a wanted list leaves the quantity open. */
const UNSET = /^-1(?:\.0{1,4})?$/;

const problemOf = (fields: Fields, repeated: string | undefined): LotProblem | undefined => {
  if (repeated !== undefined) return repeatedField(repeated);
  const [minimum, stocked] = [textOf(fields, 'MINQTY'), textOf(fields, 'QTY')];
  if (minimum === null || stocked === null || minimum === stocked || UNSET.test(minimum)) return undefined;
  const detail = 'The lot has both <MINQTY> and <QTY>, and they differ. Keep the one that is meant.';
  return { code: 'field-repeated', detail, field: 'MINQTY' };
};

const lotOf = ({ line, fields, repeated }: Item): RawLot => {
  const minimum = textOf(fields, 'MINQTY');
  return {
    line,
    itemType: textOf(fields, 'ITEMTYPE')?.toUpperCase() ?? 'P',
    partNumber: textOf(fields, 'ITEMID') ?? '',
    colour: textOf(fields, 'COLOR'),
    colourName: textOf(fields, 'COLORNAME'),
    quantityText: (minimum !== null && UNSET.test(minimum) ? null : minimum) ?? textOf(fields, 'QTY'),
    role: roleOf(fields),
    problem: problemOf(fields, repeated),
  };
};

/** Reads the lots of a BrickLink wanted list, inventory or upload as its text arrives. Throws `UnreadableFile`. */
export const brickLinkLots = (chunks: AsyncIterable<string>): AsyncGenerator<TextPortion> =>
  xmlLots(chunks, BRICKLINK, lotOf);
