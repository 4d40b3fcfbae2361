import { z } from 'zod';

/** The file formats that can be read today. */
export const formats = ['bricklink-xml', 'rebrickable-csv'] as const;

/** How a file's characters were stored, as found in its bytes. */
export const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const;

/**
 * A lot whose part or colour the catalogue does not have. `line` is the line in the file, from 1; `lot` counts the
 * lots from 1 (in a file written on one line only that tells them apart). `partNumber` and `colour` are as written;
 * `quantity` is null when it could not be read.
 */
export const unknownLot = z.object({
  line: z.int().positive(),
  lot: z.int().positive(),
  partNumber: z.string(),
  colour: z.string().nullable(),
  quantity: z.int().nullable(),
});

/** A lot that is kept but cannot be counted as it stands. `code` is stable, `detail` is for a person. */
export const lotProblem = z.object({
  line: z.int().positive(),
  lot: z.int().positive(),
  code: z.enum(['quantity-unreadable', 'quantity-not-positive', 'part-number-missing', 'not-a-part', 'row-incomplete']),
  detail: z.string(),
});

/** What was mended or assumed to read the file, how often, and where first. */
export const repair = z.object({
  code: z.enum(['ampersand-escaped', 'encoding-assumed', 'quantity-assumed', 'colour-ambiguous']),
  count: z.int().positive(),
  line: z.int().positive(),
});

/** All are counted, the first hundred are shown. */
const listOf = <T>(item: z.ZodType<T>) => z.object({ count: z.int().nonnegative(), first: z.array(item).max(100) });

/**
 * What a parts list came to. `lots` counts every lot of the file, also those with a problem; `pieces` sums the
 * quantities of the parts that could be counted. `catalogueRelease` says what the lots were checked against.
 */
export const parsedFile = z.object({
  format: z.enum(formats),
  encoding: z.enum(encodings),
  lots: z.int().nonnegative(),
  pieces: z.int().nonnegative(),
  unknownParts: listOf(unknownLot),
  unknownColours: listOf(unknownLot),
  problems: listOf(lotProblem),
  repairs: z.array(repair),
  catalogueRelease: z.string(),
});

/** Why a file could not be read. `line` is given where a place in the file is at fault. */
export const fileFailure = z.object({
  code: z.enum([
    'empty-file',
    'html-instead-of-parts-list',
    'format-not-supported',
    'columns-unknown',
    'document-type-refused',
    'xml-malformed',
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
});

export type ParsedFile = z.infer<typeof parsedFile>;
export type FileFailure = z.infer<typeof fileFailure>;
export type UnknownLot = z.infer<typeof unknownLot>;
export type LotProblem = z.infer<typeof lotProblem>;
export type Repair = z.infer<typeof repair>;
