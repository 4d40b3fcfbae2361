import { z } from 'zod';
import { hasVisibleCharacter } from '@lego-moc/kernel/visible-text';
import { publicText, trimmedText } from './text-api.ts';

/** Longer titles break every list they are shown in. */
export const TITLE_LENGTH_MAX = 200;

/** The first sets of bricks with an automatic binding were sold in this year. */
const RELEASE_YEAR_MIN = 1932;
const RELEASE_YEAR_MAX = 2100;

export const mocType = z.enum(['moc', 'set']);
export const title = trimmedText.min(1).max(TITLE_LENGTH_MAX).refine(hasVisibleCharacter, 'has no visible character');
export const description = publicText.max(10_000);
export const theme = trimmedText.max(100);
const author = trimmedText.max(100);
const brand = trimmedText.max(100);
export const setNumber = trimmedText.min(1).max(50);
export const releaseYear = z.coerce.number().int().min(RELEASE_YEAR_MIN).max(RELEASE_YEAR_MAX);

/** What others may do with a MOC; the codes of SPDX, in lower case, where there is one. */
export const licence = z.enum([
  'all-rights-reserved',
  'cc0-1.0',
  'cc-by-4.0',
  'cc-by-sa-4.0',
  'cc-by-nc-4.0',
  'cc-by-nc-sa-4.0',
  'cc-by-nd-4.0',
  'cc-by-nc-nd-4.0',
]);

/** A tag in the form in which tags are equal. */
export const normaliseTag = (tag: string): string =>
  tag.normalize('NFKC').trim().replace(/\s+/gu, ' ').toLocaleLowerCase('en');

const tag = trimmedText.min(1).max(50);

/** Case and spacing tell no tags apart, and none is there twice. */
export const tags = z
  .array(tag)
  .max(20)
  .transform((all) => [...new Set(all.map(normaliseTag))]);

/** Details that a MOC or set need not have. */
export const moreDetails = {
  subtheme: theme.optional(),
  /** The designer, when that is not the owner. */
  author: author.optional(),
  /** What others may do with it; `all-rights-reserved` unless it is named. */
  licence: licence.optional(),
};

/** Details of a set. Its number is unique among those of its brand, whoever owns them. */
export const setDetails = {
  brand: brand.optional(),
  setNumber: setNumber.optional(),
  releaseYear: z.int().min(RELEASE_YEAR_MIN).max(RELEASE_YEAR_MAX).optional(),
  /** No longer sold by its maker. */
  retired: z.boolean().optional(),
};

type SetFields = {
  readonly type: 'moc' | 'set';
  readonly brand?: unknown;
  readonly setNumber?: unknown;
  readonly releaseYear?: unknown;
  readonly retired?: unknown;
};

/** Refuses a set without a number, and details of a set for what is none. */
export const checkSetFields = (fields: SetFields, context: z.RefinementCtx): void => {
  if (fields.type === 'set') {
    if (fields.setNumber === undefined)
      context.addIssue({ code: 'custom', path: ['setNumber'], message: 'a set has a number' });
    return;
  }
  for (const name of ['brand', 'setNumber', 'releaseYear', 'retired'] as const)
    if (fields[name] !== undefined)
      context.addIssue({ code: 'custom', path: [name], message: 'is a detail of a set; send type=set' });
};

/** The details of a MOC or set in a reply; those of a set are null for a MOC. */
export const describedReply = {
  description: z.string(),
  theme: z.string(),
  subtheme: z.string(),
  tags: z.array(z.string()),
  author: z.string(),
  licence,
  type: mocType,
  brand: z.string().nullable(),
  setNumber: z.string().nullable(),
  releaseYear: z.int().nullable(),
  retired: z.boolean().nullable(),
};

/** `GET /v1/themes`: the catalogue of themes; other themes may be named as well. */
export const themesReply = z.object({
  themes: z.array(z.object({ theme: z.string(), subthemes: z.array(z.string()) })),
});
