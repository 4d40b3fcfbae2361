import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';

export type Wish = { readonly id: string; readonly title: string };

type Answer = { readonly status: number; readonly retryAfter: string | undefined; readonly data: unknown };

/** Sends requests in the monolith's contract. Not by `fetch`, whose answers tests compare with the platform's document. */
export const legacyClient = (url: string, token: string) => {
  const agent = new Agent({ connections: 2 });
  const send = async (
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    body?: object,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> => {
    const reply = await request(url + path, {
      ...{ method, dispatcher: agent },
      headers: {
        authorization: `Bearer ${token}`,
        ...headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const { data } = (await reply.body.json()) as { data?: unknown };
    const { 'retry-after': retryAfter } = reply.headers;
    return { status: reply.statusCode, retryAfter: retryAfter?.toString(), data };
  };
  const list = async (): Promise<readonly Wish[]> => {
    const { status, data } = await send('GET', '/api/wishlist');
    if (status !== 200) throw new Error(`The list was answered with ${String(status)}`);
    return (data as { items: readonly Wish[] }).items;
  };
  return { send, list, close: () => agent.destroy() };
};

export type WriterReport = {
  /** Titles by id, after the writes that were acknowledged. */
  readonly wishes: ReadonlyMap<string, string>;
  /** Acknowledged ones. */
  readonly writes: number;
  /** Answers to writes that were none, by status. */
  readonly refusals: Readonly<Record<string, number>>;
  /** The longest time that a write took. */
  readonly longestMs: number;
};

/**
 * A user who adds, changes and deletes wishes, one after the other, until `signal` aborts. What was not acknowledged is
 * tried again until it is, or until it is known to have been done.
 */
export const writeWishes = async (
  client: ReturnType<typeof legacyClient>,
  name: string,
  { signal, pauseMs }: { readonly signal: AbortSignal; readonly pauseMs: number },
): Promise<WriterReport> => {
  const wishes = new Map<string, string>();
  const refusals: Record<string, number> = {};
  let [writes, longestMs] = [0, 0];

  const write = async (method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<unknown> => {
    for (;;) {
      const startedAt = performance.now();
      const { status, data } = await client.send(method, `/api/wishlist${path}`, body);
      longestMs = Math.max(longestMs, performance.now() - startedAt);
      if (status === 200) {
        writes += 1;
        return data;
      }
      refusals[status] = (refusals[status] ?? 0) + 1;
      // Refused for now. Whatever else it is, the wish is as it was or as it was meant: a repetition makes it so.
      if (status < 500) throw new Error(`${method} ${path} was answered with ${String(status)}`);
      await sleep(100);
    }
  };

  for (let number = 0; !signal.aborted; number += 1) {
    const title = `${name} ${String(number)}`;
    const ids = [...wishes.keys()];
    const id = ids[randomInt(Math.max(ids.length, 1))];
    const choice = randomInt(10);
    if (id === undefined || choice < 5) {
      const item = (await write('POST', '', { title })) as Wish;
      wishes.set(item.id, title);
    } else if (choice < 9) {
      await write('PATCH', `/${id}`, { title });
      wishes.set(id, title);
    } else {
      await write('DELETE', `/${id}`);
      wishes.delete(id);
    }
    await sleep(pauseMs);
  }
  return { wishes, writes, refusals, longestMs };
};
