import { request } from './http.ts';

/** Why an operator changes something, and the key under which a repeated request is done once. */
export type Intent = { readonly reason: string; readonly key: string };

const post = (path: string, key: string, body?: unknown): Promise<Response> => {
  const headers: Record<string, string> = { 'idempotency-key': key };
  if (body !== undefined) headers['content-type'] = 'application/json';
  return request(path, { method: 'POST', headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
};

/** A change without a body: a POST with a reason and an Idempotency-Key. */
export const change = (path: string, { reason, key }: Intent): Promise<Response> =>
  post(`${path}?${new URLSearchParams({ reason }).toString()}`, key);

/** A change of what a preview named: a POST with a reason and an Idempotency-Key. */
export const changeAsPreviewed = (path: string, { reason, key }: Intent, confirmation: object): Promise<Response> =>
  post(path, key, { ...confirmation, reason });
