import { z } from 'zod';
import { codecFor } from '@lego-moc/event-codec/codec';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { columnMapping } from '../../contracts/column-mapping.ts';
import { disputedSchemes } from '../../contracts/parsed-file.ts';
import type { FileKindsEvent } from '../../domain/file-kinds.ts';

/** Streams are named `fileKinds-<userId>`. */
export const FILE_KINDS = 'fileKinds';

const owner = z.string().transform((id) => id as UserId);
const instant = z.iso.datetime().transform((at) => at as Instant);
const decision = z.object({ columns: columnMapping.optional(), colourScheme: z.enum(disputedSchemes).optional() });

/** The stored forms of the decisions about kinds of files. */
export const fileKindsCodec = codecFor<FileKindsEvent>('file-processing', {
  FileKindRemembered: [{ schema: z.object({ owner, kind: z.string(), decision, rememberedAt: instant }) }],
  FileKindForgotten: [{ schema: z.object({ owner, kind: z.string(), forgottenAt: instant }) }],
  FileKindsForgotten: [{ schema: z.object({ owner, forgottenAt: instant }) }],
}).showing({ shown: ['owner', 'rememberedAt', 'forgottenAt', 'colourScheme'], erasedBy: ['FileKindsForgotten'] });
