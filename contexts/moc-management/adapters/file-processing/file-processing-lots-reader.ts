import { fileProcessingClient } from '@lego-moc/file-processing/contracts/client';
import type { LotReply } from '@lego-moc/file-processing/contracts/http-api';
import type { ServiceClient } from '@lego-moc/resilience/http-client';
import type { LotsReader } from '../../application/ports/lots-reader.ts';
import { writtenKey, type NeededLot } from '../../domain/needed-lots.ts';
import { callThrough } from './call-through.ts';

/** A lot that counts; `undefined` for extras, alternates and lots with problems. */
const neededLot = (lot: LotReply): NeededLot | undefined => {
  const { itemType, part, partNumber, colourId, colour, quantity, role, problem, partName, colourName } = lot;
  if (role !== 'needed' || problem !== null || quantity === null) return undefined;
  const writtenColour = colour === null ? '' : writtenKey(colour);
  return {
    part: part ?? writtenKey(partNumber),
    colour: colourId === null ? writtenColour : String(colourId),
    ...{ itemType, partNumber, partName, colourName, quantity },
  };
};

/** The lots of parts lists are read at the file-processing service. */
export const fileProcessingLotsReader = (service: ServiceClient): LotsReader => {
  const processing = fileProcessingClient(callThrough(service));
  return {
    lots: async (jobId, cause) => {
      const neededLots: NeededLot[] = [];
      for (let cursor: number | null = 0; cursor !== null;) {
        const page: Awaited<ReturnType<typeof processing.lots>> = await processing.lots(jobId, cursor, cause);
        if (page === undefined) return undefined;
        neededLots.push(...page.lots.map(neededLot).filter((lot) => lot !== undefined));
        cursor = page.nextCursor;
      }
      return neededLots;
    },
  };
};
