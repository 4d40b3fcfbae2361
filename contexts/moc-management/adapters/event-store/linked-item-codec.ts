import { z } from 'zod';
import { codecFor } from '@lego-moc/event-codec/codec';
import type { LinkedItemEvent } from '../../domain/linked-item.ts';
import { instant, mocId } from './stored-values.ts';

/** Stored forms of the events of an item of the gallery that MOCs link. */
export const linkedItemCodec = codecFor<LinkedItemEvent>('moc-management', {
  LinkBegun: [{ schema: z.object({ mocId }) }],
  LinkedItemGone: [{ schema: z.object({ goneAt: instant }) }],
}).showing({ shown: ['mocId', 'goneAt'] });
