import { z } from 'zod';

/** `GET /v1/gallery/export`: the first line of the file. */
const exportHead = z.object({ exportedAt: z.iso.datetime(), images: z.int(), albums: z.int(), flags: z.int() });

/** Every other line: an event of an image or album of the caller, or their flag of any image, as it was recorded. */
const exportedEvent = z.object({
  kind: z.enum(['image', 'album', 'flag']),
  id: z.uuid(),
  revision: z.string(),
  what: z.string(),
  recordedAt: z.iso.datetime(),
  data: z.looseObject({}),
});

export const exportLine = z.union([exportHead, exportedEvent]);
export type ExportLine = z.infer<typeof exportLine>;
