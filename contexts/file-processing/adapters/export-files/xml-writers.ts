import { xmlText } from '@lego-moc/kernel/xml-text';
import type { ExportLine } from '../../domain/export-lot.ts';
import type { ListWriter } from '../../application/ports/list-writer.ts';

/** The element, or nothing: BrickLink refuses files with empty tags. */
const tag = (name: string, value: string | number | null): string =>
  value === null ? '' : `<${name}>${xmlText(String(value))}</${name}>`;

/** A wanted list. BrickLink's upload takes no XML declaration. */
export const brickLinkXml: ListWriter = {
  head: '<INVENTORY>\n',
  line: ({ lot, number, colour, quantity }: ExportLine) =>
    `<ITEM>${tag('ITEMTYPE', lot.itemType)}${tag('ITEMID', number)}${tag('COLOR', colour)}${tag('MINQTY', quantity)}</ITEM>\n`,
  tail: () => '</INVENTORY>\n',
};

/** BrickLink's colour for items where it does not matter. */
const NO_COLOUR = '0';

/** BrickStore's mark for a lot that is extra. */
const EXTRA = 'E';

export const brickStoreXml: ListWriter = {
  head: '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE BrickStoreXML>\n<BrickStoreXML>\n<Inventory Currency="USD">\n',
  line: ({ lot, number, colour, quantity }: ExportLine) =>
    [
      '<Item>',
      tag('ItemID', number),
      tag('ItemTypeID', lot.itemType),
      tag('ColorID', colour ?? NO_COLOUR),
      tag('Qty', quantity),
      tag('Status', lot.role === 'extra' ? EXTRA : null),
      '</Item>\n',
    ].join(''),
  tail: () => '</Inventory>\n</BrickStoreXML>\n',
};
