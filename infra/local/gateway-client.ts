import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';

/** What the gateway said instead of yes: RFC 9457. */
export class GatewayRefusal extends Error {
  readonly status: number;
  /** The stable last part of the problem's type: `title-taken` … */
  readonly code: string;

  constructor(request: string, status: number, { type = 'about:blank', detail = '', correlationId = '' }: Problem) {
    super(`${request} was refused with ${status}: ${detail} (correlation id ${correlationId})`);
    this.status = status;
    this.code = type.slice(type.lastIndexOf(':') + 1);
  }
}

type Problem = { readonly type?: string; readonly detail?: string; readonly correlationId?: string };

export type GatewayClient = {
  /** Throws `GatewayRefusal` on anything but 2xx, and a `ZodError` when the answer is not what its contract says. */
  readonly get: <T>(path: string, reply: z.ZodType<T>) => Promise<T>;
  readonly post: <T>(path: string, body: FormData, reply: z.ZodType<T>) => Promise<T>;
};

const problemIn = async (response: Response): Promise<Problem> => {
  const text = await response.text();
  try {
    return JSON.parse(text) as Problem;
  } catch {
    return { detail: text.slice(0, 200) };
  }
};

/** Speaks to the platform as any other client would: over HTTP, with a token. */
export const gatewayClient = (url: string, token: string): GatewayClient => {
  const ask = async <T>(method: string, path: string, reply: z.ZodType<T>, body?: FormData): Promise<T> => {
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`${url}${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
    if (!response.ok) throw new GatewayRefusal(`${method} ${path}`, response.status, await problemIn(response));
    return reply.parse(await response.json());
  };
  return {
    get: (path, reply) => ask('GET', path, reply),
    post: (path, body, reply) => ask('POST', path, reply, body),
  };
};

const POLL_MS = 50;

/** Asks until the answer will do. Throws with `what` it was waiting for when that takes longer than `withinMs`. */
export const eventually = async <T>(
  what: string,
  ask: () => Promise<T>,
  willDo: (answer: T) => boolean,
  withinMs = 60_000,
): Promise<T> => {
  const until = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (willDo(answer)) return answer;
    if (Date.now() > until) throw new Error(`${what} did not happen within ${withinMs / 1_000} s`);
    await sleep(POLL_MS);
  }
};
