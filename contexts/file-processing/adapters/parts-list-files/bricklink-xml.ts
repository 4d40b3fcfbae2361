import type { LotProblem, LotRole, RawLot } from '../../domain/lot.ts';
import { orderIn, type Order } from '../../domain/order.ts';
import { BRICKLINK, BRICKLINK_ORDERS } from './bricklink-tags.ts';
import type { Item, ItemDialect } from './item-reader.ts';
import { repeatedField, textOf, xmlLots, type TextPortion } from './xml-lots.ts';

type Fields = Item['fields'];

/** Far more groups than any set has; bounds the memory that they take. */
const GROUPS_MAX = 10_000;

/**
 * Tells which lots count: of those that share a match group, which stand in for each other, only the first does. Lots
 * that are marked as alternates and name no group stand in for one that names none either.
 */
class MatchGroups {
  readonly #groups = new Set<string>();

  roleOf(fields: Fields): LotRole {
    const isSet = (name: string): boolean => textOf(fields, name)?.toUpperCase() === 'Y';
    if (isSet('COUNTERPART')) return 'counterpart';
    const role = isSet('EXTRA') ? 'extra' : 'needed';
    const group = Number(textOf(fields, 'MATCHID') ?? 0);
    if (!(group > 0) || this.#groups.size >= GROUPS_MAX) return isSet('ALTERNATE') ? 'alternate' : role;
    const key = `${role}/${String(group)}`;
    if (this.#groups.has(key)) return 'alternate';
    this.#groups.add(key);
    return role;
  }
}

/** BrickLink writes -1 where a wanted list leaves the quantity open. */
const UNSET = /^-1(?:\.0{1,4})?$/;

const problemOf = (fields: Fields, repeatedName: string | undefined): LotProblem | undefined => {
  if (repeatedName !== undefined) return repeatedField(repeatedName);
  const [minimum, stock] = [textOf(fields, 'MINQTY'), textOf(fields, 'QTY')];
  if (minimum === null || stock === null || minimum === stock || UNSET.test(minimum)) return undefined;
  const detail = 'The lot has both <MINQTY> and <QTY>, and they differ. Keep the one that is meant.';
  return { code: 'field-repeated', detail, field: 'MINQTY' };
};

/** Names of fields have no blanks here; some have low lines. */
const orderOf = (groupFields: Item['groupFields']): Order | undefined => {
  if (groupFields === undefined) return undefined;
  const fields = new Map([...groupFields].map(([name, text]) => [name.toLowerCase().replaceAll('_', ''), text]));
  return orderIn((name) => fields.get(name));
};

const lotOf = ({ line, fields, groupFields, repeatedName }: Item, groups: MatchGroups): RawLot => {
  const minimum = textOf(fields, 'MINQTY');
  return {
    line,
    itemType: textOf(fields, 'ITEMTYPE')?.toUpperCase() ?? 'P',
    partNumber: textOf(fields, 'ITEMID') ?? '',
    colour: textOf(fields, 'COLOR'),
    colourName: textOf(fields, 'COLORNAME'),
    quantityText: (minimum !== null && UNSET.test(minimum) ? null : minimum) ?? textOf(fields, 'QTY'),
    role: groups.roleOf(fields),
    order: orderOf(groupFields),
    problem: problemOf(fields, repeatedName),
  };
};

const lotsIn = (chunks: AsyncIterable<string>, dialect: ItemDialect): AsyncGenerator<TextPortion> => {
  const groups = new MatchGroups();
  return xmlLots(chunks, dialect, (item) => lotOf(item, groups));
};

/** Reads the lots of a BrickLink wanted list, inventory or upload as its text arrives. Throws `UnreadableFile`. */
export const brickLinkLots = (chunks: AsyncIterable<string>): AsyncGenerator<TextPortion> => lotsIn(chunks, BRICKLINK);

/** Reads the items of BrickLink orders as their text arrives. Throws `UnreadableFile`. */
export const brickLinkOrderLots = (chunks: AsyncIterable<string>): AsyncGenerator<TextPortion> =>
  lotsIn(chunks, BRICKLINK_ORDERS);
