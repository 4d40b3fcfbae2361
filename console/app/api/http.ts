import * as z from 'zod/mini';

/** A request that was not done, or whose outcome is unknown: `status` is 0 when no answer came. */
export class RequestFailed extends Error {
  readonly status: number;
  readonly code: string;
  readonly correlationId: string | undefined;

  constructor(status: number, code: string, detail: string, correlationId?: string) {
    super(detail);
    this.name = 'RequestFailed';
    this.status = status;
    this.code = code;
    this.correlationId = correlationId;
  }
}

const problem = z.object({
  type: z.string(),
  detail: z.string(),
  correlationId: z.optional(z.string()),
});

const failureOf = async (response: Response): Promise<RequestFailed> => {
  const body = problem.safeParse(await response.json().catch(() => undefined));
  if (!body.success)
    return new RequestFailed(
      response.status,
      'no-problem',
      `The answer was ${String(response.status)} without a reason.`,
    );
  const { type, detail, correlationId } = body.data;
  return new RequestFailed(response.status, type.slice(type.lastIndexOf(':') + 1), detail, correlationId);
};

/** `fetch`, but that every answer without success is a `RequestFailed`. */
export const request = async (path: string, init: RequestInit = {}): Promise<Response> => {
  let response: Response;
  try {
    response = await fetch(path, { ...init, credentials: 'same-origin', redirect: 'error' });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new RequestFailed(0, 'no-answer', 'No answer from the gateway. Is the platform running?');
  }
  if (!response.ok) throw await failureOf(response);
  return response;
};

/** The JSON of a GET, checked against `schema`. Throws `RequestFailed`, also for an answer of another shape. */
export const getJson = async <T>(schema: z.core.$ZodType<T>, path: string, signal?: AbortSignal): Promise<T> => {
  const response = await request(path, signal === undefined ? {} : { signal });
  const body = z.safeParse(schema, await response.json().catch(() => undefined));
  if (body.success) return body.data;
  throw new RequestFailed(
    response.status,
    'answer-not-understood',
    `The answer of ${path} has another form than expected.`,
  );
};

/** A path of the API with its parts encoded: `ops('search', 'projections', name)`. */
export const ops = (service: string, ...segments: readonly string[]): string =>
  ['/ops', service, ...segments].map((segment, at) => (at === 0 ? segment : encodeURIComponent(segment))).join('/');
