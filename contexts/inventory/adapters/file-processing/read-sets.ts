import { fileProcessingClient } from '@lego-moc/file-processing/contracts/client';
import type { SetPartsReply } from '@lego-moc/file-processing/contracts/set-api';
import type { ServiceClient } from '@lego-moc/resilience/http-client';
import type { SetContents, SetInventories } from '../../application/ports/set-inventories.ts';
import { lotKeyOf, mergeLots, type LotQuantity } from '../../domain/lots.ts';
import { callThrough } from './call-through.ts';

/** Twenty thousand kinds of parts, as a place may have. */
const PAGES_MAX = 20;

const partsOf = ({ parts }: SetPartsReply): readonly LotQuantity[] =>
  parts.map(({ partNumber: number, colourId, quantity }) => ({
    ...{ lot: lotKeyOf({ kind: 'part', number, colour: String(colourId) }), quantity },
  }));

const sealedContents = ({ unopened }: SetPartsReply): readonly LotQuantity[] =>
  unopened.map(({ kind, setNumber: number, quantity }) => ({
    lot: lotKeyOf({ kind, number, colour: null }),
    quantity,
  }));

/** Reads what is in sets from the file-processing service. */
export const readSets = (service: ServiceClient): SetInventories => {
  const processing = fileProcessingClient(callThrough(service));

  const contents: SetInventories['contents'] = async (setNumber, version, cause) => {
    const first = await processing.setParts(setNumber, { cursor: 0, version }, cause);
    if (first === undefined) return undefined;
    const pages = [first];
    for (let cursor = first.nextCursor; cursor !== null && pages.length < PAGES_MAX;) {
      const page = await processing.setParts(setNumber, { cursor, version: first.version }, cause);
      // An import of the catalogue came between two pages.
      if (page?.release !== first.release) return contents(setNumber, version, cause);
      pages.push(page);
      cursor = page.nextCursor;
    }
    const lots = mergeLots([...pages.flatMap(partsOf), ...sealedContents(first)]);
    const { release, setNumber: catalogueNumber, version: foundVersion } = first;
    return { release, setNumber: catalogueNumber, version: foundVersion, lots } satisfies SetContents;
  };
  return { contents };
};
