import { expect } from 'chai';
import { requestsAs, json } from './requests.ts';
import type { TestPlatform } from './platform.ts';

/** The whole answer: JSON is parsed, any other body is bytes. */
export type Answer = { readonly status: number; readonly headers: Headers; readonly body: unknown };

export type Api = (
  method: string,
  path: string,
  /** Bytes are sent as they are, and as a JPEG unless `headers` say otherwise; anything else as JSON. */
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<Answer>;

const requestOf = (method: string, body: unknown): RequestInit => {
  if (body === undefined) return { method };
  if (!(body instanceof Uint8Array)) return json(method, body);
  return { method, body: new Uint8Array(body), headers: { 'content-type': 'image/jpeg' } };
};

/** Sends a request to the gateway as the builder `name`. */
export const apiAs = (platform: TestPlatform, name: string): Api => {
  const ask = requestsAs(platform, name);
  return async (method, path, body, headers = {}) => {
    const init = requestOf(method, body);
    const reply = await ask(path, {
      ...init,
      headers: { ...Object.fromEntries(new Headers(init.headers)), ...headers },
    });
    const isJson = /[/+]json\b/.test(reply.headers.get('content-type') ?? '');
    return {
      status: reply.status,
      headers: reply.headers,
      body: isJson ? await reply.json() : Buffer.from(await reply.arrayBuffer()),
    };
  };
};

/** Asserts that the answer is this problem and names this field. */
export const expectProblem = (
  { status, headers, body }: Answer,
  expected: number,
  code: string,
  pointer?: string,
): void => {
  expect(status, JSON.stringify(body)).to.equal(expected);
  expect(headers.get('content-type')).to.equal('application/problem+json');
  const { type, errors } = body as { type: string; errors?: readonly { pointer: string }[] };
  expect(type).to.equal(`urn:lego-moc:problem:${code}`);
  if (pointer !== undefined) expect(errors?.map((error) => error.pointer)).to.include(pointer);
};
