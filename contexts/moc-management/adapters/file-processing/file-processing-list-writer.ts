import type { ListedLot } from '@lego-moc/file-processing/contracts/list-api';
import type { ServiceClient } from '@lego-moc/resilience/http-client';
import type { ListWriter } from '../../application/ports/list-writer.ts';
import { withoutWrittenKey, type NeededLot } from '../../domain/needed-lots.ts';

const PATH = '/v1/list-exports';

/** Nothing else than parts, sets and minifigs can be written. */
const toListed = ({ itemType, part, colour, quantity }: NeededLot): readonly ListedLot[] =>
  itemType === 'P' || itemType === 'S' || itemType === 'M'
    ? [
        {
          itemType,
          number: withoutWrittenKey(part),
          colour: colour === '' ? null : withoutWrittenKey(colour),
          quantity,
        },
      ]
    : [];

/** Files for other programs are written by the file-processing service. */
export const fileProcessingListWriter = (service: Pick<ServiceClient, 'stream'>): ListWriter => ({
  write: async (fileName, lots, target, { actor, correlationId, causedBy }) => {
    const listedLots = lots.flatMap(toListed);
    if (listedLots.length === 0) return 'nothing-to-export';
    const { status, headers, body } = await service.stream({
      ...{ method: 'POST', path: PATH, json: { target, fileName, owner: actor, lots: listedLots } },
      ...{ idempotent: true, context: { correlationId, causedBy } },
    });
    if (status === 200) {
      const { 'content-type': type = '', 'content-disposition': disposition = '' } = headers;
      return { headers: { 'content-type': type, 'content-disposition': disposition }, content: body };
    }
    // A body that is not read to its end fails when it is given up.
    body.on('error', () => undefined).destroy();
    if (status === 409) return 'nothing-to-export';
    throw new Error(`file-processing answered POST ${PATH} with ${String(status)}`);
  },
});
