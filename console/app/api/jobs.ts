import * as z from 'zod/mini';
import type { core } from 'zod/mini';
import { readLines } from '../model/ndjson.ts';
import { change, type Intent } from './actions.ts';
import { ops, request, RequestFailed } from './http.ts';

export type Job = 'rebuild' | 'rollback' | 'verify';

const difference = z.object({
  id: z.string(),
  revision: z.nullable(z.string()),
  expectedRevision: z.nullable(z.string()),
  columns: z.array(z.string()),
});
export type Difference = z.infer<typeof difference>;

const progress = z.object({
  phase: z.string(),
  events: z.optional(z.number()),
  rows: z._default(z.number(), 0),
  elapsedMs: z._default(z.number(), 0),
  failed: z._default(z.number(), 0),
  firstFailure: z.optional(z.string()),
  reason: z.optional(z.string()),
  differing: z.optional(z.number()),
  differences: z._default(z.array(difference), []),
});
export type Progress = z.infer<typeof progress>;

type Place = { readonly service: string; readonly name: string };
export type OnProgress<Line> = (progress: Line) => void;

const pathOf = ({ service, name }: Place, job: string): string => ops(service, 'projections', name, job);

/** Reads the progress of a job to its end. Throws `RequestFailed` when the connection ends before the job does. */
export const followJob = async <Line extends { readonly phase: string }>(
  response: Response,
  schema: core.$ZodType<Line>,
  onProgress: OnProgress<Line>,
): Promise<void> => {
  if (response.body === null) throw new RequestFailed(response.status, 'no-answer', 'The answer was empty.');
  let last: Line | undefined;
  for await (const line of readLines(response.body.pipeThrough(new TextDecoderStream()))) {
    last = z.parse(schema, line);
    onProgress(last);
  }
  if (last?.phase !== 'done' && last?.phase !== 'failed')
    throw new RequestFailed(0, 'no-answer', 'The connection ended before the job did, which may go on.');
};

/** Starts a job that changes what readers see; the function that it returns reports its progress. */
export const startJob = async (job: 'rebuild' | 'rollback', place: Place, intent: Intent) => {
  const response = await change(pathOf(place, job), intent);
  return (onProgress: OnProgress<Progress>) => followJob(response, progress, onProgress);
};

/** Compares a read model with its streams, which changes nothing. */
export const verify = async (place: Place, onProgress: OnProgress<Progress>): Promise<void> =>
  followJob(await request(pathOf(place, 'verify'), { method: 'POST' }), progress, onProgress);

/** Asks a running job to stop; readers keep what they have. */
export const cancelJob = async (place: Place, intent: Intent): Promise<void> => {
  await change(pathOf(place, 'cancel'), intent);
};
