import type { Format } from './catalogue.ts';
import { indexOfFirst } from './column-names.ts';
import { ORDER_FIELDS } from './order.ts';
import type { Columns } from './table-columns.ts';

/** A list whose rows are sets, minifigs, or items of several types, known by columns that no other list has. */
type ItemList = {
  readonly format: Format;
  /** The columns that show which list it is. */
  readonly marks: readonly string[];
  readonly number: readonly string[];
  readonly quantities: readonly string[];
  readonly itemType: 'S' | 'M' | undefined;
};

const ITEM_LISTS: readonly ItemList[] = [
  {
    ...{ format: 'bricklink-orders-csv', marks: ['orderid', 'itemtype', 'itemdescription'] },
    ...{ number: ['itemnumber'], quantities: ['qty'], itemType: undefined },
  },
  {
    ...{ format: 'brickset-sets-csv', marks: ['setname', 'qtyowned'] },
    ...{ number: ['number'], quantities: ['qtyowned'], itemType: 'S' },
  },
  {
    ...{ format: 'brickset-sets-csv', marks: ['minifignumber'] },
    ...{ number: ['minifignumber'], quantities: ['ownedinsets', 'ownedloose'], itemType: 'M' },
  },
  {
    ...{ format: 'rebrickable-sets-csv', marks: ['includesspares'] },
    ...{ number: ['setnumber', 'setnum'], quantities: ['quantity'], itemType: 'S' },
  },
];

const orderColumns = (header: readonly string[]): ReadonlyMap<string, number> =>
  new Map(ORDER_FIELDS.flatMap((name) => (header.includes(name) ? [[name, header.indexOf(name)]] : [])));

/** The columns of a list of sets, minifigs or ordered items; `undefined` for any other header. */
export const itemListColumns = (header: readonly string[]): Columns | undefined => {
  const list = ITEM_LISTS.find(({ marks }) => marks.every((mark) => header.includes(mark)));
  if (list === undefined) return undefined;
  const part = indexOfFirst(header, list.number);
  const [quantity, moreQuantity] = list.quantities.map((name) => indexOfFirst(header, [name]));
  if (part === undefined || quantity === undefined) return undefined;
  const isOrder = list.itemType === undefined;
  return {
    ...{ part, quantity, moreQuantity, isElement: false, colour: undefined, colourName: undefined, spare: undefined },
    ...{ count: header.length, format: list.format, scheme: isOrder ? 'bricklink' : 'rebrickable' },
    itemType: list.itemType ?? { column: header.indexOf('itemtype') },
    order: isOrder ? orderColumns(header) : undefined,
    description: isOrder ? header.indexOf('itemdescription') : undefined,
  };
};
