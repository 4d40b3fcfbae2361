import { z } from 'zod';
import type { Instant } from '@lego-moc/kernel/message';
import { usedColumns } from './column-mapping.ts';

/** The file formats that can be read. */
export const formats = [
  'bricklink-orders-csv',
  'bricklink-orders-xml',
  'bricklink-xml',
  'brickowl-xml',
  'brickset-csv',
  'brickset-sets-csv',
  'brickstore-xml',
  'custom-csv',
  'excel',
  'ldraw',
  'lxfml',
  'pick-a-brick-csv',
  'pick-a-brick-json',
  'rebrickable-csv',
  'rebrickable-sets-csv',
  'studio-csv',
  'studio-io',
] as const;

/** The accepted formats of parts lists, in words; every service that names formats uses these. */
export const ACCEPTED_FORMATS =
  'a BrickLink list or order, a BrickStore document, a Brick Owl XML, a CSV, a text or an Excel sheet (.xlsx) with a column for each of part, colour and quantity, an LDraw model, an unlocked Studio model (.io) or a Digital Designer model (.lxf, .lxfml)';

/** Whose colour ids a file uses. */
export const colourSchemes = ['rebrickable', 'bricklink', 'brickowl', 'ldraw', 'lego'] as const;

/** The schemes that a file may leave open: the same ids name other colours in each. */
export const disputedSchemes = ['rebrickable', 'bricklink'] as const;

/** How a file's characters were stored, as found in its bytes. */
export const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const;

/**
 * A lot whose part or colour the catalogue does not have. `line` is the line in the file, from 1; `lot` counts the
 * lots from 1 (in a file written on one line only that tells them apart). `partNumber` and `colour` are as written;
 * `quantity` is null when it could not be read. `hint` says what the part number looks like instead.
 */
export const unknownLot = z.object({
  line: z.int().positive(),
  lot: z.int().positive(),
  partNumber: z.string(),
  colour: z.string().nullable(),
  quantity: z.int().nullable(),
  hint: z.string().optional(),
});

/** Why a lot is not counted. */
export const problemCode = z.enum([
  'quantity-unreadable',
  'quantity-not-positive',
  'part-number-missing',
  'not-a-part',
  'row-incomplete',
  'row-too-long',
  'field-repeated',
  'number-changed-by-spreadsheet',
  'excluded',
  'submodel-missing',
]);

/** A lot that is stored but not counted. `code` is stable, `detail` is for a person, `field` is the field at fault. */
export const lotProblem = z.object({
  line: z.int().positive(),
  lot: z.int().positive(),
  code: problemCode,
  detail: z.string(),
  field: z.string().optional(),
});

/** A repair or an assumption made to read the file, how often, and in which line first. */
export const repair = z.object({
  code: z.enum([
    'ampersand-escaped',
    'colour-ambiguous',
    'control-character-removed',
    'declaration-misplaced',
    'encoding-assumed',
    'end-of-file-mark-removed',
    'list-appended',
    'part-number-restored',
    'quantity-assumed',
    'separator-line-skipped',
    'stray-text-skipped',
    'tag-escaped',
    'thousands-separator-removed',
    'total-differs',
    'total-skipped',
  ]),
  count: z.int().positive(),
  line: z.int().positive(),
});

/** The colour scheme of the file, and the evidence that decided it. */
export const colourSchemeDecision = z.object({
  scheme: z.enum(colourSchemes),
  reason: z.enum(['format', 'names', 'part-colours', 'ids', 'user', 'remembered']),
});

/** The totals of the file if its colour ids are those of `colourScheme`; `supportingLots` fit no other scheme. */
export const reading = z.object({
  colourScheme: z.enum(disputedSchemes),
  lots: z.int().nonnegative(),
  pieces: z.int().nonnegative(),
  unknownColours: z.int().nonnegative(),
  supportingLots: z.int().nonnegative(),
});

/**
 * The colours of most pieces, at most 12, and a sample of at most 48 of the catalogue's part numbers, the most telling
 * first: lists that share parts share them in their samples, too.
 */
export const composition = z.object({
  colours: z.array(z.object({ id: z.string(), name: z.string(), pieces: z.int().positive() })).readonly(),
  parts: z.array(z.string()).readonly(),
});

/** All are counted, the first hundred are shown. */
const listOf = <T>(item: z.ZodType<T>) => z.object({ count: z.int().nonnegative(), first: z.array(item).max(100) });

/**
 * The result for a parts list. `lots` counts every lot of the file, also those with a problem. `pieces` sums what the
 * model needs and `piecesExtra` its spares and extras, both without the lots that have a problem. `sets` and `minifigs`
 * count the items of those kinds that the list names, which are no pieces; absent without any. `catalogueRelease` is what the lots were checked against. `contentHash` is the SHA-256 of the file in hex: equal for equal files.
 */
export const lotResolution = z.object({
  catalogueRelease: z.string(),
  parts: z.int().nonnegative(),
  colours: z.int().nonnegative(),
  resolvedAt: z.iso.datetime().transform((at) => at as Instant),
});

/** A set or minifig without an inventory; `lot` is the lot that counts it. */
const unopenedSet = z.object({
  lot: z.int().positive(),
  line: z.int().positive(),
  kind: z.enum(['set', 'minifig']),
  number: z.string(),
  quantity: z.int(),
});

/** What was opened by the inventories of a release, and what could not be. */
export const setsOpening = z.object({
  catalogueRelease: z.string(),
  sets: z.int().nonnegative(),
  minifigs: z.int().nonnegative(),
  lots: z.int().nonnegative(),
  pieces: z.int().nonnegative(),
  piecesExtra: z.int().nonnegative(),
  unopened: z.object({ count: z.int().nonnegative(), first: z.array(unopenedSet).max(100).readonly() }),
  openedAt: z.iso.datetime().transform((at) => at as Instant),
});

export const parsedFile = z.object({
  format: z.enum(formats),
  encoding: z.enum(encodings),
  lots: z.int().nonnegative(),
  pieces: z.int().nonnegative(),
  piecesExtra: z.int().nonnegative().default(0),
  sets: z.int().nonnegative().optional(),
  minifigs: z.int().nonnegative().optional(),
  unknownParts: listOf(unknownLot),
  unknownColours: listOf(unknownLot),
  problems: listOf(lotProblem),
  repairs: z.array(repair),
  colourScheme: colourSchemeDecision.optional(),
  columns: usedColumns.optional(),
  /** Absent in results of older releases. */
  composition: composition.optional(),
  contentHash: z.string().optional(),
  catalogueRelease: z.string(),
  /** How often the result changed after the file was read. Of two results of a job the one with more is newer. */
  changes: z.int().positive().optional(),
  /** A later release of the catalogue knows lots that were unknown: how many parts and colours, the last time. */
  resolution: lotResolution.optional(),
  /** Sets and minifigs of the list were opened into parts, the last time. */
  opening: setsOpening.optional(),
});

/** Why a file could not be read. `line`, `column` and `field` say where, as far as a place in the file is at fault. */
export const fileFailure = z.object({
  code: z.enum([
    'empty-file',
    'html-instead-of-parts-list',
    'format-not-supported',
    'columns-unknown',
    'document-type-refused',
    'xml-malformed',
    'file-cut-off',
    'model-recursive',
    'csv-malformed',
    'encoding-unreadable',
    'line-too-long',
    'too-many-lots',
    'no-lots',
    'file-not-found',
    'parsing-overdue',
    'parsing-keeps-failing',
  ]),
  detail: z.string(),
  line: z.int().positive().optional(),
  column: z.int().positive().optional(),
  field: z.string().optional(),
});

export type ParsedFile = z.infer<typeof parsedFile>;
export type Composition = z.infer<typeof composition>;
export type FileFailure = z.infer<typeof fileFailure>;
export type UnknownLot = z.infer<typeof unknownLot>;
export type LotProblem = z.infer<typeof lotProblem>;
export type Repair = z.infer<typeof repair>;
export type Reading = z.infer<typeof reading>;
