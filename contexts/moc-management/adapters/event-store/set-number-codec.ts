import { z } from 'zod';
import { codecFor } from '@lego-moc/event-codec/codec';
import type { SetNumberEvent } from '../../domain/reservation-events.ts';
import { instant, mocId } from './stored-values.ts';

/** Stored forms of the events of a set's number. */
export const setNumberCodec = codecFor<SetNumberEvent>('moc-management', {
  SetNumberHeld: [{ schema: z.object({ mocId, until: instant }) }],
  SetNumberSecured: [{ schema: z.object({ mocId }) }],
  SetNumberReleased: [{ schema: z.object({ mocId }) }],
}).showing({ shown: ['mocId', 'until'] });
