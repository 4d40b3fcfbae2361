import { z } from 'zod';
import { codecFor } from '@lego-moc/event-codec/codec';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { CustomPartId, CustomPartsEvent } from '../../domain/custom-parts.ts';

/** Streams are named `customParts-<userId>`. */
export const CUSTOM_PARTS = 'customParts';

const owner = z.string().transform((id) => id as UserId);
const partId = z.string().transform((id) => id as CustomPartId);
const instant = z.iso.datetime().transform((at) => at as Instant);
const part = z.object({
  number: z.string(),
  name: z.string(),
  colourIds: z.array(z.int()),
  relatedPart: z.string().nullable(),
});

/** The stored forms of what happens to custom parts. */
export const customPartsCodec = codecFor<CustomPartsEvent>('file-processing', {
  CustomPartAdded: [{ schema: z.object({ owner, partId, part, addedAt: instant }) }],
  CustomPartChanged: [{ schema: z.object({ owner, partId, part, changedAt: instant }) }],
  CustomPartDeleted: [{ schema: z.object({ owner, partId, deletedAt: instant }) }],
  CustomPartsErased: [{ schema: z.object({ owner, erasedAt: instant }) }],
}).showing({
  shown: ['owner', 'partId', 'addedAt', 'changedAt', 'deletedAt', 'erasedAt'],
  erasedBy: ['CustomPartsErased'],
});
