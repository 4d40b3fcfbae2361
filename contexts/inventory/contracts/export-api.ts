import { z } from 'zod';

/** `GET /v1/inventory/export`: the first line of the file. */
const exportHead = z.object({ exportedAt: z.iso.datetime(), streams: z.int() });

/** Every other line: an event of one of the caller's streams, in the order of recording. */
const exportedEvent = z.object({
  kind: z.enum(['item', 'holding', 'import', 'ledger-import', 'build', 'membership']),
  id: z.string(),
  revision: z.string(),
  what: z.string(),
  recordedAt: z.iso.datetime(),
  data: z.looseObject({}),
});

export const exportLine = z.union([exportHead, exportedEvent]);
export type ExportLine = z.infer<typeof exportLine>;
