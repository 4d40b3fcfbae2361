import { z } from 'zod';

/** Columns count from 0. */
const column = z.int().min(0).max(199);

/**
 * What the columns of a table mean. Either `part` or `element` (LEGO's number of a part in a colour) is there; without
 * `colour` any colour will do, without `quantity` every row is one piece. `colourName` is the name beside a colour's id.
 */
export const columnMapping = z.strictObject({
  hasHeader: z.boolean(),
  part: column.optional(),
  element: column.optional(),
  colour: column.optional(),
  colourName: column.optional(),
  quantity: column.optional(),
  spare: column.optional(),
});

const fields = ['part', 'element', 'colour', 'colourName', 'quantity', 'spare'] as const;

/** A mapping as a user states it: no column means two things. */
export const decidedColumns = columnMapping
  .refine(({ part, element }) => (part === undefined) !== (element === undefined), {
    path: ['part'],
    error: 'Name the column of the part or that of the element.',
  })
  .refine(
    (mapping) => {
      const columns = fields.flatMap((field) => mapping[field] ?? []);
      return new Set(columns).size === columns.length;
    },
    { error: 'Two fields name the same column.' },
  );

/**
 * What a table's columns are likely to mean, and why: `cells` of the `of` cells that were looked at fit, as `example`
 * does. `header` has the names in the first row, and is empty when that is a row of the list.
 */
export const columnQuestion = z.object({
  columns: z.int().positive(),
  header: z.array(z.string()),
  guess: columnMapping,
  reasons: z.array(
    z.object({
      column,
      field: z.enum(fields),
      evidence: z.enum(['name', 'part-numbers', 'element-ids', 'colours', 'whole-numbers', 'truth-values']),
      cells: z.int().nonnegative(),
      of: z.int().nonnegative(),
      example: z.string(),
    }),
  ),
});

/** The columns that a list was read by: `user` when its owner decided it, `remembered` from an earlier file. */
export const usedColumns = z.object({ mapping: columnMapping, reason: z.enum(['user', 'remembered']) });
