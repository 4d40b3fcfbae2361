import { newId } from '@lego-moc/application/new-id';
import {
  interestCountsReply,
  type InterestCountsQuery,
  type InterestCountsReply,
} from '@lego-moc/moc-management/contracts/interests-api';
import type { ServiceClient } from '@lego-moc/resilience/http-client';

/** The interest in MOCs as moc-management counts it. */
export const interestCountsOf =
  (service: Pick<ServiceClient, 'call'>) =>
  async ({ cursor, limit }: InterestCountsQuery): Promise<InterestCountsReply> => {
    const query = new URLSearchParams({ limit: String(limit), ...(cursor === undefined ? {} : { cursor }) });
    const { status, body } = await service.call({
      ...{ method: 'GET', path: `/v1/interest-counts?${query.toString()}`, idempotent: true },
      context: { correlationId: newId() },
    });
    if (status !== 200) throw new Error(`moc-management answered GET /v1/interest-counts with ${String(status)}`);
    return interestCountsReply.parse(body);
  };
