import { z } from 'zod';
import type { Cause } from '@lego-moc/application/event-streams';
import {
  jobReply,
  lotsReply,
  processFileReply,
  type JobReply,
  type LotsReply,
  type ProcessFileRequest,
} from './http-api.ts';
import { catalogueItemsReply, type CatalogueItemsQuery, type CatalogueItemsReply } from './catalogue-items-api.ts';
import { partColoursReply, type PartColoursReply, type PartColoursRequest } from './part-colours-api.ts';
import { setPartsReply, type SetPartsReply } from './set-api.ts';
import { substitutionsReply, type SubstitutionsQuery, type SubstitutionsReply } from './substitution-api.ts';
import { estimateReply, type EstimateQuery, type EstimateReply } from './price-api.ts';

/** Sends a request to the service: the caller's own HTTP client, with its time limits, retries and signature. */
export type Call = (request: {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  /** The request that this one is part of; absent when a process asks on its own account. */
  readonly cause?: Cause | undefined;
  /** True when sending it twice does no harm, so that it may be retried. */
  readonly idempotent: boolean;
}) => Promise<{ readonly status: number; readonly body: unknown }>;

/** The caller names the job, so that asking again after a lost answer starts nothing new. */
export type FileToProcess = ProcessFileRequest & { readonly jobId: string };

export type FileProcessingClient = {
  /** Has the file read in the background. Throws `UnexpectedReply` on anything but 202. */
  readonly processFile: (file: FileToProcess, cause: Cause) => Promise<{ readonly jobId: string }>;
  /** `undefined` when there is no such job, or its parts list was deleted. Throws `UnexpectedReply` on any other refusal. */
  readonly job: (jobId: string, cause?: Cause) => Promise<JobReply | undefined>;
  /** A page of a thousand lots from `cursor`; `undefined` as for `job`, and while the job is not completed. */
  readonly lots: (jobId: string, cursor: number, cause?: Cause) => Promise<LotsReply | undefined>;
  /** A page of substitutes. Throws `UnexpectedReply` on anything but 200. */
  readonly substitutions: (page: SubstitutionsQuery, cause?: Cause) => Promise<SubstitutionsReply>;
  /**
   * A page of parts and sets; `undefined` when that release is not there any more. Throws `UnexpectedReply` on any other
   * refusal.
   */
  readonly catalogueItems: (page: CatalogueItemsQuery, cause?: Cause) => Promise<CatalogueItemsReply | undefined>;
  /**
   * A page of a thousand parts of a set or minifig from `cursor`, of the newest version unless `version` names another;
   * `undefined` when the catalogue has no inventory of it. Throws `UnexpectedReply` on any other refusal.
   */
  readonly setParts: (
    setNumber: string,
    page: { readonly cursor: number; readonly version?: number | undefined },
    cause?: Cause,
  ) => Promise<SetPartsReply | undefined>;
  /** The colours that parts are known in. Throws `UnexpectedReply` on anything but 200. */
  readonly partColours: (question: PartColoursRequest, cause?: Cause) => Promise<PartColoursReply>;
  /**
   * What the lists of these jobs, at most 100, cost together by the prices of `reader`. `refused`: the lists are not all
   * there, or too large. Throws `UnexpectedReply` on anything else.
   */
  readonly estimate: (
    jobIds: readonly string[],
    reader: string,
    market: EstimateQuery,
  ) => Promise<EstimateReply | { readonly refused: string }>;
};

const refusal = z.object({ detail: z.string() });

/** The service answered with a status or a body outside its contract for this request. */
export class UnexpectedReply extends Error {
  readonly status: number;

  constructor(request: string, status: number) {
    super(`file-processing answered ${request} with ${String(status)}`);
    this.name = 'UnexpectedReply';
    this.status = status;
  }
}

/** The body of the only answer that a request may have. */
const answerTo = async (call: Call, request: Omit<Parameters<Call>[0], 'idempotent'>): Promise<unknown> => {
  const { status, body } = await call({ ...request, idempotent: true });
  if (status !== 200) throw new UnexpectedReply(`${request.method} ${request.path}`, status);
  return body;
};

/** Typed access to the service; transport is the task of `call`. */
export const fileProcessingClient = (call: Call): FileProcessingClient => ({
  processFile: async (file, cause) => {
    const path = '/v1/process-file';
    const { status, body } = await call({ method: 'POST', path, body: file, cause, idempotent: true });
    if (status !== 202) throw new UnexpectedReply(`POST ${path}`, status);
    return processFileReply.parse(body);
  },
  job: async (jobId, cause) => {
    const path = `/v1/jobs/${encodeURIComponent(jobId)}`;
    const { status, body } = await call({ method: 'GET', path, cause, idempotent: true });
    if (status === 404 || status === 410) return undefined;
    if (status !== 200) throw new UnexpectedReply(`GET ${path}`, status);
    return jobReply.parse(body);
  },
  lots: async (jobId, cursor, cause) => {
    const path = `/v1/jobs/${encodeURIComponent(jobId)}/lots?limit=1000&cursor=${String(cursor)}`;
    const { status, body } = await call({ method: 'GET', path, cause, idempotent: true });
    if (status === 404 || status === 409 || status === 410) return undefined;
    if (status !== 200) throw new UnexpectedReply(`GET ${path}`, status);
    return lotsReply.parse(body);
  },
  setParts: async (setNumber, { cursor, version }, cause) => {
    const query = new URLSearchParams({ limit: '1000', cursor: String(cursor) });
    if (version !== undefined) query.set('version', String(version));
    const path = `/v1/catalogue/sets/${encodeURIComponent(setNumber)}/parts?${query.toString()}`;
    const { status, body } = await call({ method: 'GET', path, cause, idempotent: true });
    if (status === 404) return undefined;
    if (status !== 200) throw new UnexpectedReply('GET /v1/catalogue/sets/:setNumber/parts', status);
    return setPartsReply.parse(body);
  },
  substitutions: async ({ cursor, limit }, cause) => {
    const path = `/v1/substitutions?cursor=${String(cursor)}&limit=${String(limit)}`;
    return substitutionsReply.parse(await answerTo(call, { method: 'GET', path, cause }));
  },
  catalogueItems: async ({ release, cursor, limit }, cause) => {
    const query = new URLSearchParams({
      ...{ limit: String(limit), ...(release === undefined ? {} : { release }) },
      ...(cursor === undefined ? {} : { cursor }),
    });
    const path = `/v1/catalogue-items?${query.toString()}`;
    const { status, body } = await call({ method: 'GET', path, cause, idempotent: true });
    if (status === 404) return undefined;
    if (status !== 200) throw new UnexpectedReply('GET /v1/catalogue-items', status);
    return catalogueItemsReply.parse(body);
  },
  partColours: async (body, cause) =>
    partColoursReply.parse(await answerTo(call, { method: 'POST', path: '/v1/part-colours', body, cause })),
  estimate: async (jobIds, reader, market) => {
    const { condition, guide, currency } = market;
    const query = new URLSearchParams({ jobs: jobIds.join(','), reader, condition, guide });
    if (currency !== undefined) query.set('currency', currency);
    const path = `/v1/combined-lists/estimate?${query.toString()}`;
    const { status, body } = await call({ method: 'GET', path, idempotent: true });
    if (status === 409) return { refused: refusal.parse(body).detail };
    if (status !== 200) throw new UnexpectedReply('GET /v1/combined-lists/estimate', status);
    return estimateReply.parse(body);
  },
});
