import { z } from 'zod';

/** `GET /ops/processes` */
export const processQuery = z.object({
  process: z.string().max(100).optional(),
  state: z.string().max(100).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});

/** The instances of a process that are not over. */
export const processList = z.object({
  states: z.array(
    z.object({
      process: z.string(),
      /** The step at which they are; `after its end` where an instance went on after it was over. */
      state: z.string(),
      open: z.int().positive(),
      /** When the one that waits longest moved last. */
      oldestMovedAt: z.iso.datetime(),
    }),
  ),
  /** The selected ones that moved least recently. */
  instances: z.array(
    z.object({ process: z.string(), state: z.string(), stream: z.string(), movedAt: z.iso.datetime() }),
  ),
});
export type ProcessList = z.infer<typeof processList>;
