/** Real numbers of common parts, so that lots are looked up as those of real lists are. */
const PARTS = ['3001', '3002', '3003', '3004', '3005', '3020', '3021', '3022', '3023', '3024', '3035', '3622', '3710'];
const COLOURS = { rebrickable: [0, 1, 4, 14, 15, 71, 72], bricklink: [11, 7, 5, 3, 1, 86, 85] } as const;

const itemAt = <Item>(items: readonly Item[], index: number): Item | undefined => items[index % items.length];

const csvLine = (index: number): string =>
  `${itemAt(PARTS, index)},${itemAt(COLOURS.rebrickable, index)},${(index % 9) + 1},False\n`;

const xmlItem = (index: number): string =>
  ` <ITEM>\n  <ITEMTYPE>P</ITEMTYPE>\n  <ITEMID>${itemAt(PARTS, index)}</ITEMID>\n` +
  `  <COLOR>${itemAt(COLOURS.bricklink, index)}</COLOR>\n  <MINQTY>${(index % 9) + 1}</MINQTY>\n </ITEM>\n`;

export type ListKind = 'Rebrickable CSV' | 'BrickLink XML';

const FORMS: Readonly<Record<ListKind, { head: string; lot: (index: number) => string; tail: string }>> = {
  'Rebrickable CSV': { head: 'Part,Color,Quantity,Is Spare\n', lot: csvLine, tail: '' },
  'BrickLink XML': { head: '<INVENTORY>\n', lot: xmlItem, tail: '</INVENTORY>\n' },
};

const CHUNK_LENGTH = 65_536;

/** A list of at least so many bytes, in chunks; it is never held as a whole. */
export async function* listOf(kind: ListKind, bytesMin: number): AsyncGenerator<Buffer> {
  const { head, lot, tail } = FORMS[kind];
  let text = head;
  for (let index = 0, bytes = 0; bytes < bytesMin; index += 1) {
    text += lot(index);
    if (text.length < CHUNK_LENGTH) continue;
    bytes += text.length;
    yield await Promise.resolve(Buffer.from(text));
    text = '';
  }
  yield Buffer.from(text + tail);
}

/** A whole list. */
export const wholeList = async (kind: ListKind, bytesMin: number): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of listOf(kind, bytesMin)) chunks.push(chunk);
  return Buffer.concat(chunks);
};
