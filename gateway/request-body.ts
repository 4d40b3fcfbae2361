import type { IncomingMessage } from 'node:http';
import { Transform } from 'node:stream';
import { refuse } from '@lego-moc/http/problem';

const MEBIBYTE = 1_048_576;
export const BODY_BYTES_MAX = MEBIBYTE;
export const UPLOAD_BYTES_MAX = 100 * MEBIBYTE;
/** A multipart body carries names and boundaries besides its files. */
const UPLOAD_ENVELOPE_BYTES = 64 * 1_024;
/** Bodies up to this are read before an upstream is asked: a slow client then holds nothing but its own connection. */
const GATHERED_BYTES_MAX = 64 * 1_024;

export type RequestBody =
  | { readonly kind: 'none' }
  /** Can be sent again. */
  | { readonly kind: 'gathered'; readonly bytes: Buffer }
  | { readonly kind: 'streamed'; readonly stream: Transform };

/** The client's connection ended before its request did. */
export class ClientGone extends Error {
  constructor() {
    super('The client hung up');
    this.name = 'ClientGone';
  }
}

const tooLarge = (bytesMax: number): never =>
  refuse(413, 'body-too-large', `The body may have at most ${bytesMax} bytes here.`, { members: { limit: bytesMax } });

/** How many bytes an upload route takes in all. */
export const bytesMaxOf = (upload: boolean): number =>
  upload ? UPLOAD_BYTES_MAX + UPLOAD_ENVELOPE_BYTES : BODY_BYTES_MAX;

const gathered = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  try {
    // Not destroyed on return: the connection still has to carry the answer.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) chunks.push(chunk as Buffer);
  } catch {
    throw new ClientGone();
  }
  return Buffer.concat(chunks);
};

/** Counts what passes, for bodies that did not say how long they are. */
const limited = (request: IncomingMessage, bytesMax: number): Transform => {
  let seen = 0;
  const counter = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      seen += chunk.length;
      if (seen <= bytesMax) done(null, chunk);
      else
        try {
          tooLarge(bytesMax);
        } catch (error) {
          done(error as Error);
        }
    },
  });
  request.once('aborted', () => counter.destroy(new ClientGone()));
  request.once('error', () => counter.destroy(new ClientGone()));
  return request.pipe(counter);
};

/** The request's body, within its limit; refuses with 413 before anything is read when its length is announced. */
export const requestBody = async (request: IncomingMessage, upload: boolean): Promise<RequestBody> => {
  const bytesMax = bytesMaxOf(upload);
  const announced = request.headers['content-length'];
  if (announced === undefined && request.headers['transfer-encoding'] === undefined) return { kind: 'none' };
  const length = Number(announced ?? Number.NaN);
  if (length > bytesMax) return tooLarge(bytesMax);
  if (length === 0) return { kind: 'none' };
  return length <= GATHERED_BYTES_MAX
    ? { kind: 'gathered', bytes: await gathered(request) }
    : { kind: 'streamed', stream: limited(request, bytesMax) };
};
