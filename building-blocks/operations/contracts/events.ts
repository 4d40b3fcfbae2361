import { z } from 'zod';
import { ordinal } from './pages.ts';

/** What an event is, where it stands and why it came about: everything but what it says. */
export const eventSummary = z
  .object({
    eventId: z.string(),
    /** As it is stored: `wishlist.WishlistItemAdded`. */
    type: z.string(),
    stream: z.string(),
    revision: ordinal,
    recordedAt: z.iso.datetime(),
    correlationId: z.string(),
    /** The command that led to it. */
    commandId: z.string(),
    /** The event to which it is a reaction, if it is one. */
    causedBy: z.string().nullable(),
    /** A user id, or the name of a process or group. */
    actor: z.string(),
    traceparent: z.string().nullable(),
  })
  .meta({
    examples: [
      {
        eventId: '6f1c3a52-0b53-5d6e-9f5b-1d2f3a4b5c6d',
        type: 'wishlist.WishlistItemAdded',
        stream: 'wishlist-7a0f6f2e-8c9d-5e1f-a2b3-c4d5e6f70812',
        revision: '0',
        recordedAt: '2026-11-30T12:00:00.000Z',
        correlationId: '0f9b7a52-2f51-4a5e-8a51-5d0c1b2a3f4e',
        commandId: '2d7c1a52-6b53-4d6e-8f5b-9d2f3a4b5c6d',
        causedBy: null,
        actor: '7a0f6f2e-8c9d-5e1f-a2b3-c4d5e6f70812',
        traceparent: null,
      },
    ],
  });

export type EventSummary = z.infer<typeof eventSummary>;

/**
 * What an event says. Values that the service does not allow to be shown are replaced by `{ "masked": "string" }` with
 * the kind of the value; of a long list only the beginning is there, with `{ "masked": "rest", "count": 12 }` at its end.
 */
export const maskedData = z.unknown().meta({ examples: [{ itemId: 'a', wish: { title: { masked: 'string' } } }] });

export const shownEvent = eventSummary.extend({ data: maskedData });

export type ShownEvent = z.infer<typeof shownEvent>;
