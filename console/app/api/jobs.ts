import * as z from 'zod/mini';
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

type JobOptions = {
  readonly service: string;
  readonly name: string;
  readonly onProgress: (progress: Progress) => void;
};

const pathOf = ({ service, name }: JobOptions, job: string): string => ops(service, 'projections', name, job);

/** Reads the progress of a job to its end. Throws `RequestFailed` when the connection ends before the job does. */
const follow = async (response: Response, onProgress: JobOptions['onProgress']): Promise<void> => {
  if (response.body === null) throw new RequestFailed(response.status, 'no-answer', 'The answer was empty.');
  let last: Progress | undefined;
  for await (const line of readLines(response.body.pipeThrough(new TextDecoderStream()))) {
    last = progress.parse(line);
    onProgress(last);
  }
  if (last?.phase !== 'done' && last?.phase !== 'failed')
    throw new RequestFailed(0, 'no-answer', 'The connection ended; the job may go on. Look at the generation below.');
};

/** Starts a job that changes what readers see, and reports its progress. */
export const runJob = async (job: 'rebuild' | 'rollback', options: JobOptions, intent: Intent): Promise<void> =>
  follow(await change('POST', pathOf(options, job), intent), options.onProgress);

/** Compares a read model with its streams, which changes nothing. */
export const verify = async (options: JobOptions): Promise<void> =>
  follow(await request(pathOf(options, 'verify'), { method: 'POST' }), options.onProgress);

/** Asks a running job to stop; readers keep what they have. */
export const cancelJob = async (options: Pick<JobOptions, 'service' | 'name'>, intent: Intent): Promise<void> => {
  await change('POST', ops(options.service, 'projections', options.name, 'cancel'), intent);
};
