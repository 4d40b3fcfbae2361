import { z } from 'zod';
import type { Cause } from '@lego-moc/application/event-streams';
import type { UserId } from '@lego-moc/kernel/message';
import { mocLookupReply, type MocLookupReply } from '@lego-moc/moc-management/contracts/http-api';
import type { ServiceClient } from '@lego-moc/resilience/http-client';
import { ServiceUnavailable } from '@lego-moc/resilience/service-call';
import type { MocReader, MocToBuild } from '../../application/ports/moc-reader.ts';

const pageReply = mocLookupReply.extend({ nextCursor: z.string().nullable() });

const toMoc = ({ partsLists, ...moc }: MocLookupReply['mocs'][number]): MocToBuild => {
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

  const lookUp = async (mocIds: readonly string[], reader: UserId, cause: Cause) => {
    const { status, body } = await get(`/v1/moc-lookups?mocs=${mocIds.join(',')}`, reader, cause);
    if (status !== 200) throw new Error(`moc-management answered GET /v1/moc-lookups with ${String(status)}`);
    return mocLookupReply.parse(body).mocs;
  };

  return {
    some: async (mocIds, reader, cause) => {
      const mocs = await lookUp(mocIds, reader, cause);
      return new Map(mocs.map((moc) => [moc.mocId, toMoc(moc)]));
    },

    list: async (mocId, partsListId, reader, cause) => {
      const [moc] = await lookUp([mocId], reader, cause);
      if (moc === undefined) return undefined;
      const list = moc.partsLists.find((candidate) => candidate.partsListId === partsListId);
      if (list === undefined) return 'no-such-list';
      const { title, jobId, status, pieces } = list;
      return { mocId, partsListId, title, jobId, pieces: status === 'counted' ? pieces : null };
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
