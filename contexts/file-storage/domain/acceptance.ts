import { reject, type Rejection } from '@lego-moc/kernel/decider';
import type { Purpose } from './file-events.ts';

export type AcceptanceRefusal =
  'empty-file' | 'file-too-large' | 'media-type-refused' | 'image-unreadable' | 'archive-refused' | 'infected';

const MEBIBYTE = 1024 * 1024;

type Terms = { readonly bytesMax: number; readonly mediaTypes: readonly string[]; readonly inWords: string };

const IMAGES = [
  ...['image/jpeg', 'image/png', 'image/webp', 'image/avif', 'image/gif', 'image/tiff'],
  ...['image/heic', 'image/heif'],
];
const IMAGES_IN_WORDS = 'JPEG, PNG, HEIC, WebP, AVIF, GIF or TIFF';

/** The formats that file processing reads, in its words; a test compares them. */
const LISTS_IN_WORDS =
  'a BrickLink list or order, a BrickStore document, a Brick Owl XML, a CSV, a text or an Excel sheet (.xlsx) with a column for each of part, colour and quantity, an LDraw model, an unlocked Studio model (.io) or a Digital Designer model (.lxf, .lxfml)';

/** Archives, workbooks and text in other encodings are accepted as well: file processing says what to do with them. */
const LIST_KINDS = [
  ...['application/xml', 'text/csv', 'text/plain', 'application/zip', 'application/x-ldraw'],
  ...['application/gzip', 'application/x-7z-compressed', 'application/x-rar-compressed', 'application/x-cfb'],
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/vnd.oasis.opendocument.spreadsheet',
  'application/octet-stream',
];

/** Those that we can open; office documents are zips. */
const ARCHIVES = new Set([
  ...['application/zip', 'application/gzip'],
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/vnd.oasis.opendocument.spreadsheet',
]);

/** Accepted media types and sizes by purpose. `.io` of BrickLink Studio and `.lxf` are zips. */
const TERMS: Readonly<Record<Purpose, Terms>> = {
  instruction: {
    // Twice the largest instruction book seen.
    bytesMax: 100 * MEBIBYTE,
    mediaTypes: ['application/pdf', 'application/zip', 'application/x-ldraw', ...IMAGES],
    inWords: 'Instructions are a PDF, an image, a Studio file (.io) or an LDraw file (.ldr, .mpd).',
  },
  'parts-list': {
    // A wanted list of 8,401 lots has 0.8 MB, the whole BrickLink catalogue 34 MB.
    bytesMax: 100 * MEBIBYTE,
    mediaTypes: LIST_KINDS,
    inWords: `A parts list is ${LISTS_IN_WORDS}.`,
  },
  thumbnail: { bytesMax: 20 * MEBIBYTE, mediaTypes: IMAGES, inWords: `A thumbnail is a ${IMAGES_IN_WORDS}.` },
  'gallery-image': {
    bytesMax: 20 * MEBIBYTE,
    mediaTypes: IMAGES,
    inWords: `A gallery image is a ${IMAGES_IN_WORDS}.`,
  },
};

/** The largest file that serves this purpose, in bytes. */
export const bytesMaxFor = (purpose: Purpose): number => TERMS[purpose].bytesMax;

/** Images are decoded, so they may be smaller than other files. */
const IMAGE_BYTES_MAX = 20 * MEBIBYTE;

/** Whether content of this type is an image, in whose place a WebP without metadata is stored. */
export const isImage = (mediaType: string): boolean => mediaType.startsWith('image/');

/** Whether renditions are made of content of this type: of an image, or of the first page of a document. */
export const hasRenditions = (mediaType: string): boolean => isImage(mediaType) || isDocument(mediaType);

/** Whether content of this type has pages. */
export const isDocument = (mediaType: string): boolean => mediaType === 'application/pdf';

/** Whether content of this type is opened and checked before the scanner sees it. */
export const isArchive = (mediaType: string): boolean => ARCHIVES.has(mediaType);

/** The largest content of this kind that serves this purpose, in bytes. */
export const bytesMaxOfKind = (purpose: Purpose, mediaType: string): number =>
  isImage(mediaType) ? Math.min(IMAGE_BYTES_MAX, bytesMaxFor(purpose)) : bytesMaxFor(purpose);

const KIND_IN_WORDS: Readonly<Record<string, string>> = {
  'text/html': 'a web page; perhaps the site asked for a sign-in instead of sending the file',
  'image/svg+xml': 'an SVG drawing, which may carry scripts',
  'application/octet-stream': 'of no known kind',
};

/** Why content of this kind does not serve this purpose; `undefined` when it does. */
export const kindRefusal = (purpose: Purpose, mediaType: string): Rejection<'media-type-refused'> | undefined => {
  const { mediaTypes, inWords } = TERMS[purpose];
  if (mediaTypes.includes(mediaType)) return undefined;
  return reject('media-type-refused', `This file is ${KIND_IN_WORDS[mediaType] ?? mediaType}. ${inWords}`);
};

/** Why content of this size does not serve this purpose; `undefined` when it does. */
export const sizeRefusal = (purpose: Purpose, size: number): Rejection<'empty-file' | 'file-too-large'> | undefined => {
  if (size === 0) return reject('empty-file', 'The file is empty: 0 bytes arrived.');
  const { bytesMax } = TERMS[purpose];
  if (size <= bytesMax) return undefined;
  return reject('file-too-large', `The file is larger than the ${bytesMax / MEBIBYTE} MiB that a ${purpose} may have.`);
};

/** The refusal of content with this virus. */
export const infectionRefusal = (infectedWith: string): Rejection<'infected'> =>
  reject('infected', `The virus scan found ${infectedWith}. Nothing of the file was stored.`);
