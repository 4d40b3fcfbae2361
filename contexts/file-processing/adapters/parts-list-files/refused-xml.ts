import { UnreadableFile, type Position } from '../../application/ports/parts-list-reader.ts';

/** Entities can name other files or expand without bound, and no parts list needs them. */
export const documentTypeRefused = (position: Position): UnreadableFile =>
  new UnreadableFile(
    'document-type-refused',
    'The XML declares a document type (DOCTYPE), which may hold entities. Remove that line.',
    position,
  );

const OTHER_ROOTS: readonly (readonly [pattern: RegExp, detail: string])[] = [
  [/^(?:WORKBOOK|SS:WORKBOOK)$/, 'This is an XML spreadsheet of an older Excel. Save it as .xlsx or as CSV.'],
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
