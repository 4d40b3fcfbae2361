import type { ItemDialect } from './item-reader.ts';

const wordsIn = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

const LIST_TAGS = wordsIn(`
  INVENTORY ROOT ITEM ITEMTYPE ITEMID COLOR MINQTY QTY QTYFILLED MAXPRICE PRICE CONDITION NOTIFY REMARKS EXTRA ALTERNATE
  COUNTERPART MATCHID ORDERS ORDER
`);

/** Tags that remarks hold as text. Other uppercase names are fields that this reader does not need. */
const HTML_TAGS = wordsIn(`
  A B BIG BLOCKQUOTE BODY BR CENTER CODE DIV EM FONT H1 H2 H3 HR I IMG LI OL P PRE S SMALL SPAN STRONG SUB SUP TABLE TD
  TR U UL
`);

const FIELD_NAME = /^[A-Z][A-Z0-9_]*$/;

const isListTag = (name: string): boolean =>
  LIST_TAGS.has(name) || LIST_TAGS.has(name.toUpperCase()) || (FIELD_NAME.test(name) && !HTML_TAGS.has(name));

const UNIQUE_FIELDS = wordsIn('ITEMTYPE ITEMID COLOR MINQTY QTY EXTRA ALTERNATE COUNTERPART');

export const BRICKLINK: ItemDialect = {
  roots: wordsIn('INVENTORY ROOT'),
  itemTags: wordsIn('ITEM'),
  isTag: isListTag,
  uniqueFields: UNIQUE_FIELDS,
};

/** Orders that were placed or received: the items of each order, between the fields of the order. */
export const BRICKLINK_ORDERS: ItemDialect = {
  ...BRICKLINK,
  roots: wordsIn('ORDERS ORDER'),
  groupTag: 'ORDER',
};
