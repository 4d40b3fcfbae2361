import { existReply } from '@lego-moc/gallery/contracts/http-api';
import type { ServiceClient } from '@lego-moc/resilience/http-client';
import type { Gallery } from '../../application/ports/gallery.ts';

/** All attempts together; the rest of a request's time is left for its own work. */
const ANSWER_WITHIN_MS = 3_000;

/** Over a connection that broke; a gallery that is down is asked again by the validation, and no user waits for it. */
const RETRIES_MAX = 1;

const PATHS = { image: '/v1/images/exists', album: '/v1/albums/exists' } as const;

/** Asks the gallery service on behalf of a user. Every failure to get an answer counts as the gallery being away. */
export const galleryOverHttp = (
  service: Pick<ServiceClient, 'call'>,
  onFailure: (error: unknown) => void,
): Gallery => ({
  existing: async (kind, itemIds, reader, correlationId) => {
    const path = `${PATHS[kind]}?${String(new URLSearchParams({ ids: itemIds.join(',') }))}`;
    const context = { correlationId, user: { id: reader, roles: [] } };
    try {
      const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
      const { status, body } = await service.call({ method: 'GET', path, context, signal, retriesMax: RETRIES_MAX });
      if (status !== 200) throw new Error(`The gallery answered GET ${PATHS[kind]} with ${String(status)}`);
      return new Set(existReply.parse(body).existing);
    } catch (error) {
      onFailure(error);
      return undefined;
    }
  },
});
