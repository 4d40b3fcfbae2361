import type { ItemDialect } from './item-reader.ts';
import { UnreadableFile, type Position } from '../../application/ports/parts-list-reader.ts';

const wordsIn = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

const LIST_TAGS = wordsIn(`
  INVENTORY ROOT ITEM ITEMTYPE ITEMID COLOR MINQTY QTY QTYFILLED MAXPRICE PRICE CONDITION NOTIFY REMARKS EXTRA ALTERNATE
  COUNTERPART MATCHID BRICKOWL_ITEM_ID BOID
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
  itemTag: 'ITEM',
  isTag: isListTag,
  uniqueFields: UNIQUE_FIELDS,
  foreignField: { pattern: /^(?:BRICKOWL_ITEM_ID|BOID)$/, root: 'BRICKOWL' },
};

const OTHER_ROOTS: readonly (readonly [pattern: RegExp, detail: string])[] = [
  [/^BRICKOWL$/, 'This is a Brick Owl list, whose items have Brick Owl ids. Export it as BrickLink XML.'],
  [/^ORDERS?$/, 'This is a BrickLink order list. Add its items to a wanted list and download that.'],
  [/^(?:WORKBOOK|SS:WORKBOOK)$/, 'This is an Excel workbook. Save its sheet as CSV.'],
  [/^SVG$/, 'This is an SVG picture, not a parts list.'],
];

/** Why a file with this root element is not read. */
export const unsupportedRoot = (name: string, position: Position): UnreadableFile => {
  const root = name.toUpperCase();
  if (root === 'HTML') return new UnreadableFile('html-instead-of-parts-list', 'This is a web page.', position);
  const [, detail] = OTHER_ROOTS.find(([pattern]) => pattern.test(root)) ?? [];
  const unknown = `The root element is <${name.slice(0, 40)}>; a BrickLink list begins with <INVENTORY>.`;
  return new UnreadableFile('format-not-supported', detail ?? unknown, { ...position, field: name });
};
