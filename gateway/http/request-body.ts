import type { IncomingMessage } from 'node:http';
import { Transform } from 'node:stream';
import { problem, ProblemError } from '@lego-moc/http/problem';

const MEBIBYTE = 1_048_576;
export const BODY_BYTES_MAX = MEBIBYTE;
export const UPLOAD_BYTES_MAX = 100 * MEBIBYTE;
/** A multipart body carries names and boundaries besides its files. */
const UPLOAD_ENVELOPE_BYTES = 64 * 1_024;
/** Bodies up to this are read before the upstream is called, so that a slow client holds only its own connection. */
const BUFFERED_BYTES_MAX = 64 * 1_024;
/** A client that sends less than this within a body's timeout has stalled or holds the connection on purpose. */
const PROGRESS_BYTES_MIN = 16 * 1_024;
const PROGRESS_CHECKS = 4;

export type RequestBody =
  | { readonly kind: 'none' }
  /** A buffered body can be sent again on a retry. */
  | { readonly kind: 'buffered'; readonly bytes: Buffer }
  | { readonly kind: 'streamed'; readonly stream: Transform };

/** The client's connection ended before its request did. */
export class ClientDisconnected extends Error {
  constructor() {
    super('The client hung up');
    this.name = 'ClientGone';
  }
}

const tooLarge = (bytesMax: number): ProblemError =>
  new ProblemError(
    problem(413, 'body-too-large', `The body may have at most ${bytesMax} bytes here.`, {
      members: { limit: bytesMax },
    }),
  );
const notUnderstood = (): ProblemError =>
  new ProblemError(problem(501, 'transfer-coding-unknown', 'The only transfer coding that is understood is chunked.'));
const tooSlow = (): ProblemError =>
  new ProblemError(problem(408, 'request-too-slow', 'The body did not arrive in time.'));

/** Body limit of a route, in bytes. */
export const bytesMaxOf = (upload: boolean): number =>
  upload ? UPLOAD_BYTES_MAX + UPLOAD_ENVELOPE_BYTES : BODY_BYTES_MAX;

const readWhole = (request: IncomingMessage, timeoutMs: number): Promise<RequestBody> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const onData = (chunk: Buffer): void => {
      chunks.push(chunk);
    };
    const onEnd = (): void => {
      release();
      resolve({ kind: 'buffered', bytes: Buffer.concat(chunks) });
    };
    const fail = (reason: Error): void => {
      release();
      reject(reason);
    };
    const onClose = (): void => fail(new ClientDisconnected());
    const timer = setTimeout(() => fail(tooSlow()), timeoutMs);
    const release = (): void => {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('close', onClose);
    };
    request.on('data', onData).on('end', onEnd).on('close', onClose);
  });

/** Limits a body of unknown length, and fails it with 408 when the client stalls. */
const limitStream = (request: IncomingMessage, bytesMax: number, timeoutMs: number): Transform => {
  let bytes = 0;
  const recent: number[] = [];
  const counter = new Transform({
    transform: (chunk: Buffer, _encoding, callback) => {
      bytes += chunk.length;
      if (bytes > bytesMax) callback(tooLarge(bytesMax));
      else callback(null, chunk);
    },
  });
  const progress = setInterval(() => {
    // An upstream that reads slowly is not the client's fault.
    if (counter.writableNeedDrain) recent.length = 0;
    const before = recent.length === PROGRESS_CHECKS ? recent.shift() : undefined;
    if (before !== undefined && bytes - before < PROGRESS_BYTES_MIN) counter.destroy(tooSlow());
    recent.push(bytes);
  }, timeoutMs / PROGRESS_CHECKS);
  const onClose = (): void => {
    if (!request.complete) counter.destroy(new ClientDisconnected());
  };
  request.once('close', onClose);
  // Without a listener an error would be unhandled while the request waits for a connection.
  counter.on('error', () => undefined);
  counter.once('close', () => clearInterval(progress));
  counter.once('end', () => clearInterval(progress));
  return request.pipe(counter);
};

/**
 * The request's body, within its limit. Refuses with 413 before anything is read when its length is announced, and with
 * 408 when it arrives too slowly.
 */
export const requestBody = async (
  request: IncomingMessage,
  upload: boolean,
  timeoutMs: number,
): Promise<RequestBody> => {
  const bytesMax = bytesMaxOf(upload);
  const { 'content-length': contentLength, 'transfer-encoding': coding } = request.headers;
  if (contentLength === undefined && coding === undefined) return { kind: 'none' };
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') throw notUnderstood();
  const length = Number(contentLength ?? Number.NaN);
  if (length > bytesMax) throw tooLarge(bytesMax);
  if (length === 0) return { kind: 'none' };
  // The client may have disconnected while its token was verified.
  if (request.destroyed) throw new ClientDisconnected();
  return length <= BUFFERED_BYTES_MAX
    ? readWhole(request, timeoutMs)
    : { kind: 'streamed', stream: limitStream(request, bytesMax, timeoutMs) };
};
