import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { Pool } from 'undici';
import type { RawHeaders } from '../../http/headers.ts';
import type { Answer } from './compare-answers.ts';

/** Larger answers are not compared. */
export const BODY_BYTES_MAX = 262_144;

/** A read as one side knows it. */
export type SideRead = { readonly origin: string; readonly path: string; readonly headers: () => RawHeaders };

const TIMEOUT_MS = 5_000;
const CONNECTIONS = 8;
const BOUND = { maxOutputLength: 8 * BODY_BYTES_MAX };

const DECODERS: Readonly<Record<string, (body: Buffer, bound: typeof BOUND) => Promise<Buffer>>> = {
  gzip: promisify<Buffer, typeof BOUND, Buffer>(gunzip),
  br: promisify<Buffer, typeof BOUND, Buffer>(brotliDecompress),
  deflate: promisify<Buffer, typeof BOUND, Buffer>(inflate),
  identity: (body) => Promise.resolve(body),
};

/** The answer in a body as it came. Rejects when it is no JSON. */
export const answerIn = async (status: number, body: Buffer, encoding = 'identity'): Promise<Answer> => {
  // Of what is no success, the status says all.
  if (status >= 400) return { status, body: undefined };
  const decode = DECODERS[encoding];
  if (decode === undefined) throw new Error(`Bodies in ${encoding} are not compared`);
  return { status, body: JSON.parse((await decode(body, BOUND)).toString()) as unknown };
};

/** Reads from a side by connections of its own: nothing that a client waits for waits behind it. */
export const sideReader = () => {
  const pools = new Map<string, Pool>();
  const poolOf = (origin: string): Pool => {
    const pool = pools.get(origin) ?? new Pool(origin, { connections: CONNECTIONS, maxResponseSize: BODY_BYTES_MAX });
    pools.set(origin, pool);
    return pool;
  };
  return {
    read: async ({ origin, path, headers }: SideRead): Promise<Answer> => {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      const { statusCode, body } = await poolOf(origin).request({ method: 'GET', path, headers: headers(), signal });
      return answerIn(statusCode, Buffer.from(await body.arrayBuffer()));
    },
    close: async (): Promise<void> => {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()));
    },
  };
};
