import { z } from 'zod';
import { codecFor } from '@lego-moc/event-codec/codec';
import type { VersionSeen } from '../../domain/reading.ts';

/** Stored form of what a reader has seen of a MOC. */
export const readingCodec = codecFor<VersionSeen>('moc-management', {
  VersionSeen: [{ schema: z.object({ version: z.int() }) }],
}).showing({ shown: ['version'] });
