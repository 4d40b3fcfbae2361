import { z } from 'zod';
import { columnMapping } from './column-mapping.ts';
import { disputedSchemes } from './parsed-file.ts';

/**
 * `GET /v1/file-kinds`: the decisions that the next file of their kind is read by, the latest last, at most 200. `kind` is
 * a format, or stands for all tables with the same column names. The job of a file that was read by one says so:
 * `reason: remembered`.
 */
export const fileKindsReply = z.object({
  kinds: z.array(
    z.object({
      kind: z.string(),
      columns: columnMapping.optional(),
      colourScheme: z.enum(disputedSchemes).optional(),
    }),
  ),
});
