import { z } from 'zod';
import { codecFor } from '@lego-moc/event-codec/codec';
import type { TitleEvent } from '../../domain/reservation-events.ts';
import { instant, mocId } from './stored-values.ts';

/** Stored forms of a title's events. */
export const titleCodec = codecFor<TitleEvent>('moc-management', {
  TitleHeld: [{ schema: z.object({ mocId, until: instant }) }],
  TitleSecured: [{ schema: z.object({ mocId }) }],
  TitleReleased: [{ schema: z.object({ mocId }) }],
}).showing({ shown: ['mocId', 'until'] });
