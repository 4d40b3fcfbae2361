import { request } from './http.ts';

/** Why an operator changes something, and the key under which a repeated request is done once. */
export type Intent = { readonly reason: string; readonly key: string };

/** A change: always a POST or DELETE, with a reason and an Idempotency-Key. */
export const change = (
  method: 'POST' | 'DELETE',
  path: string,
  { reason, key }: Intent,
  body?: unknown,
): Promise<Response> => {
  const headers: Record<string, string> = { 'idempotency-key': key };
  if (body !== undefined) headers['content-type'] = 'application/json';
  return request(`${path}?${new URLSearchParams({ reason }).toString()}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
};
