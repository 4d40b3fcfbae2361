import { finished } from 'node:stream/promises';
import type { Request, RequestHandler } from 'express';
import { problem, ProblemError } from '@lego-moc/http/problem';
import { discardRest } from '@lego-moc/http/unread-body';
import { FileTooLarge, writeTemporaryFile, type TemporaryFile } from './temporary-file.ts';

/** The body of a request as a file. In JSON it is its hash, by which the idempotency middleware compares bodies. */
class UploadedFile {
  readonly file: TemporaryFile;

  constructor(file: TemporaryFile) {
    this.file = file;
  }

  toJSON(): string {
    return this.file.sha256;
  }
}

const ENCODED_BODY = problem(415, 'encoding-not-supported', 'Send the image itself, without a Content-Encoding.');
const INCOMPLETE = problem(400, 'request-aborted', 'The request ended before its body was complete.');

const tooLarge = (bytesMax: number) =>
  problem(413, 'body-too-large', `An image may have ${bytesMax / 1_048_576} MiB here. Send a smaller one.`);

const bodyOf = (request: Request): AsyncIterable<Uint8Array> => ({
  // An unread body does not destroy the connection: the client must still get its answer.
  [Symbol.asyncIterator]: () => request.iterator({ destroyOnReturn: false }) as AsyncIterator<Uint8Array>,
});

const receive = async (request: Request, bytesMax: number): Promise<TemporaryFile> => {
  if ((request.get('content-encoding') ?? 'identity') !== 'identity') throw new ProblemError(ENCODED_BODY);
  if (Number(request.get('content-length') ?? 0) > bytesMax) throw new ProblemError(tooLarge(bytesMax));
  try {
    return await writeTemporaryFile(bodyOf(request), { bytesMax });
  } catch (error) {
    if (error instanceof FileTooLarge) throw new ProblemError(tooLarge(bytesMax));
    if (request.errored !== null) throw new ProblemError(INCOMPLETE);
    throw error;
  }
};

/** A refused client may send the rest for this long before it is answered. */
const REST_MS = 2_000;

/** Many clients, and proxies before the service, miss an answer that arrives while they are still sending. */
const readRest = async (request: Request): Promise<void> => {
  request.resume();
  await finished(request, { writable: false, signal: AbortSignal.timeout(REST_MS) }).catch(() => undefined);
  discardRest(request);
};

/**
 * Receives an image as the raw body of a request, on disk and not in memory, for as long as the request takes. Refuses
 * more than `bytesMax` bytes with 413, and an encoded body with 415. Stands before `idempotent`, which compares bodies
 * by their hash.
 */
export const imageBody =
  (bytesMax: number): RequestHandler =>
  async (request, response, next) => {
    try {
      const file = await receive(request, bytesMax);
      response.once('close', () => void file[Symbol.asyncDispose]());
      if (response.closed) await file[Symbol.asyncDispose]();
      request.body = new UploadedFile(file);
    } catch (error) {
      await readRest(request);
      throw error;
    }
    next();
  };

/** The image that `imageBody` has received with this request. */
export const imageFileOf = ({ body }: { readonly body?: unknown }): TemporaryFile | undefined =>
  body instanceof UploadedFile ? body.file : undefined;
