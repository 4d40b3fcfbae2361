import { z } from 'zod';
import { codecFor } from '@lego-moc/event-codec/codec';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { OwnLinksEvent, PartLinkId } from '../../domain/own-links.ts';

/** Streams are named `partLinks-<userId>`. */
export const PART_LINKS = 'partLinks';

const owner = z.string().transform((id) => id as UserId);
const linkId = z.string().transform((id) => id as PartLinkId);
const instant = z.iso.datetime().transform((at) => at as Instant);
const link = z.object({
  scheme: z.enum(['rebrickable', 'bricklink', 'brickowl', 'ldraw', 'lego']),
  number: z.string(),
  partNumber: z.string(),
  provenance: z.string(),
});

/** The stored forms of what happens to the tables of part numbers that users bring. */
export const ownLinksCodec = codecFor<OwnLinksEvent>('file-processing', {
  PartLinksImported: [{ schema: z.object({ owner, links: z.array(link), importedAt: instant }) }],
  PartLinkChanged: [{ schema: z.object({ owner, link, changedAt: instant }) }],
  PartLinkDeleted: [{ schema: z.object({ owner, linkId, deletedAt: instant }) }],
  PartLinksCleared: [{ schema: z.object({ owner, clearedAt: instant }) }],
  PartLinksErased: [{ schema: z.object({ owner, erasedAt: instant }) }],
}).showing({
  shown: ['owner', 'linkId', 'importedAt', 'changedAt', 'deletedAt', 'clearedAt', 'erasedAt'],
  erasedBy: ['PartLinksErased'],
});
