import { z } from 'zod';
import type { Cause } from '@lego-moc/application/event-streams';
import type { UserId } from '@lego-moc/kernel/message';
import { mocReply } from '@lego-moc/moc-management/contracts/http-api';
import type { ServiceClient } from '@lego-moc/resilience/http-client';
import { ServiceUnavailable } from '@lego-moc/resilience/service-call';
import type { MocReader, MocToBuild } from '../../application/ports/moc-reader.ts';

const listedMoc = mocReply.pick({ mocId: true, title: true, revision: true, partsLists: true });
const pageReply = z.object({ mocs: z.array(listedMoc), nextCursor: z.string().nullable() });

const toMoc = ({ partsLists, ...moc }: z.infer<typeof listedMoc>): MocToBuild => {
  const countedLists = partsLists.filter(({ status, duplicateOf }) => status === 'counted' && duplicateOf === null);
  return {
    ...moc,
    lists: countedLists.map(({ partsListId, jobId }) => ({ partsListId, jobId })),
    uncountedLists: partsLists.filter(({ status }) => status !== 'counted').length,
  };
};

/** All attempts together; the rest of a request's time is left for its own work. */
const ANSWER_WITHIN_MS = 3_000;

/** Reads MOCs from the service that manages them, on behalf of their reader, who sees there what may be seen. */
export const readMocs = (service: Pick<ServiceClient, 'call'>): MocReader => {
  const get = async (path: string, reader: UserId, { correlationId, causedBy }: Cause) => {
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const context = { correlationId, causedBy, user: { id: reader, roles: [] } };
    try {
      return await service.call({ method: 'GET', path, context, signal });
    } catch (error) {
      throw error instanceof ServiceUnavailable ? error : new ServiceUnavailable('moc-management', error);
    }
  };

  return {
    moc: async (mocId, reader, cause) => {
      const path = `/v1/mocs/${encodeURIComponent(mocId)}`;
      const { status, body } = await get(path, reader, cause);
      if (status === 404) return undefined;
      if (status !== 200) throw new Error(`moc-management answered GET ${path} with ${String(status)}`);
      return toMoc(listedMoc.parse(body));
    },

    page: async ({ scope, cursor, limit }, reader, cause) => {
      const query = new URLSearchParams({ scope, limit: String(limit), ...(cursor === undefined ? {} : { cursor }) });
      const { status, body } = await get(`/v1/mocs?${String(query)}`, reader, cause);
      if (status === 400) return 'invalid-cursor';
      if (status !== 200) throw new Error(`moc-management answered GET /v1/mocs with ${String(status)}`);
      const { mocs, nextCursor } = pageReply.parse(body);
      return { mocs: mocs.map(toMoc), nextCursor };
    },
  };
};
