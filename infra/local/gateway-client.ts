import type { z } from 'zod';
import type { JsonObject } from '@lego-moc/kernel/message';

/** The problem (RFC 9457) in an answer of the gateway other than 2xx. */
export class GatewayProblem extends Error {
  readonly status: number;
  /** The stable last part of the problem's type: `title-taken` … */
  readonly code: string;

  /** The delay that `Retry-After` asks for. */
  readonly retryAfterMs: number | undefined;

  constructor(request: string, { status, headers }: Response, problem: Problem) {
    const { type = 'about:blank', detail = '', correlationId = '' } = problem;
    super(`${request} was refused with ${status}: ${detail} (correlation id ${correlationId})`);
    this.status = status;
    const retryAfterS = headers.get('retry-after');
    this.retryAfterMs = retryAfterS === null ? undefined : Number(retryAfterS) * 1_000;
    this.code = type.slice(type.lastIndexOf(':') + 1);
  }
}

type Problem = { readonly type?: string; readonly detail?: string; readonly correlationId?: string };

export type GatewayClient = {
  /** Throws `GatewayProblem` on anything but 2xx, and a `ZodError` when the answer is not what its contract says. */
  readonly get: <T>(path: string, reply: z.ZodType<T>) => Promise<T>;
  /** A form, or JSON. With an `idempotencyKey` it may be sent again and happens once. */
  readonly post: <T>(
    path: string,
    body: FormData | JsonObject,
    reply: z.ZodType<T>,
    idempotencyKey?: string,
  ) => Promise<T>;
};

const problemIn = async (response: Response): Promise<Problem> => {
  const text = await response.text();
  try {
    return JSON.parse(text) as Problem;
  } catch {
    return { detail: text.slice(0, 200) };
  }
};

/** A client of the platform like any other: over HTTP, with a token. */
export const gatewayClient = (url: string, token: string): GatewayClient => {
  const ask = async <T>(path: string, reply: z.ZodType<T>, { headers, ...init }: RequestInit): Promise<T> => {
    const requestHeaders = { ...(headers as Record<string, string>), authorization: `Bearer ${token}` };
    const response = await fetch(`${url}${path}`, { ...init, headers: requestHeaders });
    if (!response.ok) throw new GatewayProblem(`${init.method ?? 'GET'} ${path}`, response, await problemIn(response));
    return reply.parse(await response.json());
  };
  return {
    get: (path, reply) => ask(path, reply, { method: 'GET' }),
    post: (path, body, reply, idempotencyKey) =>
      ask(path, reply, {
        method: 'POST',
        body: body instanceof FormData ? body : JSON.stringify(body),
        headers: {
          ...(body instanceof FormData ? {} : { 'content-type': 'application/json' }),
          ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
        },
      }),
  };
};
