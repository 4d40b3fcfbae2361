import { z } from 'zod';
import { codecFor } from '@lego-moc/event-codec/codec';
import type { OwnerEvent } from '../../domain/owner-events.ts';
import { instant, mocId } from './stored-values.ts';

/** Stored forms of an owner's events. */
export const ownerCodec = codecFor<OwnerEvent>('moc-management', {
  MocBegun: [{ schema: z.object({ mocId }) }],
  OwnerErased: [{ schema: z.object({ erasedAt: instant }) }],
}).showing({ shown: ['mocId', 'erasedAt'], erasedBy: ['OwnerErased'] });
