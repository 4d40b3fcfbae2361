import { UnreadableFile } from '../../application/ports/parts-list-reader.ts';

/** Files of other kinds, by their first bytes. */
const SIGNATURES: readonly (readonly [name: string, bytes: readonly number[]])[] = [
  ['a zip archive (such as a Studio .io or an LDD .lxf file)', [0x50, 0x4b]],
  ['a PDF document', [0x25, 0x50, 0x44, 0x46]],
  ['a gzip archive', [0x1f, 0x8b]],
  ['a PNG image', [0x89, 0x50, 0x4e, 0x47]],
  ['a JPEG image', [0xff, 0xd8, 0xff]],
  ['a 7-Zip archive', [0x37, 0x7a, 0xbc, 0xaf]],
];

const READABLE = 'Hand in a BrickLink XML or a Rebrickable CSV.';

/** Refuses what is no text at all. Throws `UnreadableFile`. */
export const refuseBinary = (start: Uint8Array): void => {
  const found = SIGNATURES.find(([, bytes]) => bytes.every((byte, index) => start[index] === byte));
  if (found !== undefined)
    throw new UnreadableFile('format-not-supported', `This is ${found[0]}, not a parts list. ${READABLE}`);
};

/** Parts lists of other tools, by how their text begins. */
const OTHER_TEXTS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['an LDraw model', /^(?:0(?:[ \t]+[!~A-Za-z]|[ \t]*\r?\n)|1(?:[ \t]+\S+){14})/],
  ['JSON', /^[{[]/],
];

const XML_PROLOGUE = /^(?:\s+|<\?[^>]{0,1000}\?>|<!--(?:(?!-->)[\s\S]){0,4000}-->)/;

/** The text from its root element or document type on. */
const afterPrologue = (text: string): string => {
  let rest = text;
  for (let match = XML_PROLOGUE.exec(rest); match !== null; match = XML_PROLOGUE.exec(rest))
    rest = rest.slice(match[0].length);
  return rest;
};

const lineOf = (text: string, at: number): number => text.slice(0, at).split('\n').length;

const HTML = /^<(?:!doctype\s+html|html|head|body|title|meta|script|div|p|h1)\b/i;
const BRICKSTORE = /^<(?:!doctype\s+)?brickst(?:ore|ock)xml\b/i;
const DOCTYPE = /^<!doctype/i;

const refuseOtherXml = (text: string): void => {
  const root = afterPrologue(text);
  const line = lineOf(text, text.length - root.length);
  if (HTML.test(root))
    throw new UnreadableFile(
      'html-instead-of-parts-list',
      'This is a web page, perhaps a sign-in page that was saved instead of the list. Download the list once more.',
      line,
    );
  if (BRICKSTORE.test(root))
    throw new UnreadableFile(
      'format-not-supported',
      'This is a BrickStore document. Export it as BrickLink XML and hand that in.',
      line,
    );
  if (DOCTYPE.test(root)) throw documentTypeRefused(line);
};

/** Entities can name other files or grow without end, and no parts list needs them. */
export const documentTypeRefused = (line: number): UnreadableFile =>
  new UnreadableFile(
    'document-type-refused',
    'The XML declares a document type (DOCTYPE), which may hold entities. Parts lists have none, so it is refused.',
    line,
  );

/** Which reader the text is for. Goes by content, never by name. Throws `UnreadableFile` for what none can read. */
export const detectFormat = (start: string): 'xml' | 'csv' => {
  const text = start.trimStart();
  if (text === '') throw new UnreadableFile('empty-file', 'The file is empty.');
  if (text.startsWith('<')) {
    refuseOtherXml(start);
    return 'xml';
  }
  const other = OTHER_TEXTS.find(([, pattern]) => pattern.test(text));
  if (other !== undefined)
    throw new UnreadableFile('format-not-supported', `This looks like ${other[0]}. ${READABLE}`, 1);
  return 'csv';
};
