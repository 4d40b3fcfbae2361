/** Enough to see past a BOM, a comment and a DOCTYPE. */
export const HEAD_BYTES = 4100;

const BYTE_ORDER_MARKS: readonly { readonly bytes: readonly number[]; readonly encoding: string }[] = [
  { bytes: [0xef, 0xbb, 0xbf], encoding: 'utf-8' },
  { bytes: [0xff, 0xfe], encoding: 'utf-16le' },
  { bytes: [0xfe, 0xff], encoding: 'utf-16be' },
];

const HTML = /^<(?:!doctype\s+html|html|head|body|script|title|meta|style|iframe|div|p|table)\b/iu;
const SVG = /^<svg\b/iu;
/** Prefixes that may precede the root element. Each step consumes something, so the loop ends. */
const PREAMBLE = /^(?:\s+|<\?[^>]*>|<!--(?:[^-]|-(?!->))*-->|<!doctype\s(?!\s*html\b)[^>[]*(?:\[[^\]]*\]\s*)?>)/iu;
/** Control characters that no text file has; tab, line feed, form feed and carriage return are none of them. */
// eslint-disable-next-line no-control-regex -- finding control characters is the purpose
const BINARY = /[\u0000-\u0008\u000B\u000E-\u001A\u001C-\u001F]/u;

const withoutPreamble = (text: string): string => {
  let rest = text;
  for (let match = PREAMBLE.exec(rest); match !== null; match = PREAMBLE.exec(rest)) rest = rest.slice(match[0].length);
  return rest;
};

const decode = (head: Uint8Array): string => {
  const mark = BYTE_ORDER_MARKS.find(({ bytes }) => bytes.every((byte, index) => head[index] === byte));
  // Windows-1252 reads every byte as something, which is all that telling kinds apart needs.
  return new TextDecoder(mark?.encoding ?? 'windows-1252').decode(head);
};

const markupKind = (text: string): string => {
  const markup = withoutPreamble(text);
  if (HTML.test(markup)) return 'text/html';
  return SVG.test(markup) ? 'image/svg+xml' : 'application/xml';
};

const plainKind = (name: string): string => {
  if (/\.(?:ldr|mpd|dat)$/iu.test(name)) return 'application/x-ldraw';
  return /\.[ct]sv$/iu.test(name) ? 'text/csv' : 'text/plain';
};

/** The kind of text by its beginning; `undefined` when it is no text. The name only tells plain texts apart. */
export const textKind = (head: Uint8Array, name: string): string | undefined => {
  const text = decode(head).trimStart();
  if (BINARY.test(text)) return undefined;
  return text.startsWith('<') ? markupKind(text) : plainKind(name);
};
