import { mapAtMost } from '@lego-moc/application/map-at-most';
import { fileProcessingClient } from '@lego-moc/file-processing/contracts/client';
import { COLOURED_PARTS_MAX, type PartColoursReply } from '@lego-moc/file-processing/contracts/part-colours-api';
import type { ServiceClient } from '@lego-moc/resilience/http-client';
import type { PartColours } from '../../application/ports/part-colours.ts';
import type { KnownColour } from '../../domain/advice/colour-advice.ts';
import { callThrough } from './call-through.ts';

/** So many requests of one question are on their way at a time. */
const CALLS_AT_ONCE = 2;

const toColour = (
  { colourId, price, ...supply }: PartColoursReply['parts'][number]['colours'][number],
  currency: string | null,
): KnownColour => ({
  ...supply,
  colour: String(colourId),
  price: price === null || currency === null ? null : { amount: price, currency },
});

/** Reads the colours of parts from the file-processing service. */
export const readColours = (service: ServiceClient): PartColours => {
  const processing = fileProcessingClient(callThrough(service));

  return {
    of: async (parts, reader, cause) => {
      const pages = Array.from({ length: Math.ceil(parts.length / COLOURED_PARTS_MAX) }, (_, at) =>
        parts.slice(at * COLOURED_PARTS_MAX, (at + 1) * COLOURED_PARTS_MAX),
      );
      const replies = await mapAtMost(CALLS_AT_ONCE, pages, (page) =>
        processing.partColours({ reader, parts: page }, cause),
      );
      return {
        releases: replies.map(({ release }) => release),
        byPart: new Map(
          replies.flatMap(({ parts: coloured, currency }) =>
            coloured.map(
              ({ number, colours }) => [number, colours.map((colour) => toColour(colour, currency))] as const,
            ),
          ),
        ),
      };
    },
  };
};
