import { ACCEPTED_FORMATS } from '../../contracts/parsed-file.ts';
import { UnreadableFile, type Position } from '../../application/ports/parts-list-reader.ts';
import { nameArchive } from './name-archive.ts';
import { documentTypeRefused, unsupportedRoot } from './refused-xml.ts';

const UPLOAD_HINT = `Upload ${ACCEPTED_FORMATS}.`;

/** Files that are no text, by their first bytes. */
const SIGNATURES: readonly (readonly [name: string, bytes: readonly number[]])[] = [
  ['a PDF document', [0x25, 0x50, 0x44, 0x46]],
  ['a PNG image', [0x89, 0x50, 0x4e, 0x47]],
  ['a JPEG image', [0xff, 0xd8, 0xff]],
  ['a GIF image', [0x47, 0x49, 0x46, 0x38]],
];

/** Refuses content that is not text, by the name of its format where known. Throws `UnreadableFile`. */
export const refuseBinary = (start: Uint8Array): void => {
  const archive = nameArchive(start);
  if (archive !== undefined) throw new UnreadableFile('format-not-supported', archive);
  const signature = SIGNATURES.find(([, bytes]) => bytes.every((byte, index) => start[index] === byte));
  if (signature !== undefined)
    throw new UnreadableFile('format-not-supported', `This is ${signature[0]}, not a parts list. ${UPLOAD_HINT}`);
};

/** Text files of other programs, by how their text begins. */
const OTHER_TEXTS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['an RTF document; save it as plain text', /^\{\\rtf/],
  ['a JSON object', /^\{/],
];

/** A meta command, an empty comment, or a part reference. */
const LDRAW = /^(?:0(?:[ \t]+[!~A-Za-z]|[ \t]*\r?\n)|1(?:[ \t]+\S+){14})/;

/** The reader that a text is for. */
export type DetectedFormat =
  | 'bricklink-orders-xml'
  | 'bricklink-xml'
  | 'brickowl-xml'
  | 'brickstore-xml'
  | 'csv'
  | 'ldraw'
  | 'lxfml'
  | 'pick-a-brick-json';

const COMMENT_END = '-->';

/** The position of the root element or document type: behind blanks, processing instructions and comments. */
const rootOffset = (text: string): number => {
  let at = 0;
  for (;;) {
    while (/\s/.test(text.charAt(at))) at += 1;
    const isComment = text.startsWith('<!--', at);
    if (!isComment && !text.startsWith('<?', at)) return at;
    const close = isComment ? COMMENT_END : '?>';
    const end = text.indexOf(close, at);
    if (end === -1) return text.length;
    at = end + close.length;
  }
};

/** The position of a character in a text, for people. */
const positionOf = (text: string, at: number): Position => {
  const before = text.slice(0, at);
  return { line: before.split('\n').length, column: at - before.lastIndexOf('\n') };
};

const HTML = /^<(?:!doctype\s+html|html|head|body|title|meta|script|div|p|h1)\b/i;
const BRICKSTORE = /^(?:<!doctype\s+brickst(?:ore|ock)xml\s*>\s*)?<brickst(?:ore|ock)xml\b/i;
const LXFML = /^<LXFML\b/;
const ORDERS = /^<ORDERS?\b/i;
/** Brick Owl's root is BrickLink's; its items have ids that BrickLink's never have. */
const BRICK_OWL = /^<inventory\b[^<>]{0,200}>\s{0,99}<(?:item|lot)\b[\s\S]{0,2000}?<(?:brickowl_item_id|boid)\b/i;
const DOCTYPE = /^<!doctype/i;
const ROOT = /^<([A-Za-z_][\w.:-]{0,63})/;
const LIST_ROOT = /<(?:INVENTORY|ROOT)\b[^<>]{0,200}>/i;

const detectXml = (text: string): DetectedFormat => {
  const offset = rootOffset(text);
  const root = text.slice(offset, offset + 200);
  const position = positionOf(text, offset);
  if (HTML.test(root))
    throw new UnreadableFile(
      'html-instead-of-parts-list',
      'This is a web page, perhaps a sign-in page that was saved instead of the list. Download the list once more.',
      position,
    );
  if (BRICKSTORE.test(root)) return 'brickstore-xml';
  if (LXFML.test(root)) return 'lxfml';
  if (ORDERS.test(root)) return 'bricklink-orders-xml';
  if (BRICK_OWL.test(text.slice(offset))) return 'brickowl-xml';
  if (DOCTYPE.test(root)) throw documentTypeRefused(position);
  const [, name] = ROOT.exec(root) ?? [];
  if (name !== undefined && !/^(?:INVENTORY|ROOT)$/i.test(name)) throw unsupportedRoot(name, position);
  return 'bricklink-xml';
};

/** The reader for the text, by its content, never by its name. Throws `UnreadableFile` when no reader can read it. */
export const detectFormat = (start: string): DetectedFormat => {
  const text = start.trimStart();
  if (text === '') throw new UnreadableFile('empty-file', 'The file is empty.');
  if (text.startsWith('<')) return detectXml(start);
  if (text.startsWith('[')) return 'pick-a-brick-json';
  if (LDRAW.test(text)) return 'ldraw';
  const other = OTHER_TEXTS.find(([, pattern]) => pattern.test(text));
  if (other !== undefined)
    throw new UnreadableFile('format-not-supported', `This is ${other[0]}. ${UPLOAD_HINT}`, { line: 1 });
  return LIST_ROOT.test(text) ? 'bricklink-xml' : 'csv';
};
