import type { TestPlatform } from './platform.ts';

export type SendRequest = (path: string, init?: RequestInit) => Promise<Response>;

/** Sends a request to the gateway as the builder `name`, whatever the answer. */
export const requestsAs =
  ({ url, token }: Pick<TestPlatform, 'url' | 'token'>, name: string, roles: readonly string[] = []): SendRequest =>
  async (path, init = {}) =>
    fetch(url + path, {
      ...init,
      headers: {
        authorization: `Bearer ${await token(name, roles)}`,
        ...Object.fromEntries(new Headers(init.headers)),
      },
    });

/** A request with a JSON body. */
export const json = (method: string, body: unknown): RequestInit => ({
  method,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** A request whose body is an image, or claims to be one. */
export const imageRequest = (bytes: Uint8Array, mediaType = 'image/png'): RequestInit => ({
  method: 'PUT',
  headers: { 'content-type': mediaType },
  body: new Uint8Array(bytes),
});

/** The last part of a problem's type. */
export const problemCode = async (reply: Response): Promise<string | undefined> =>
  ((await reply.json()) as { type?: string }).type?.split(':').at(-1);
