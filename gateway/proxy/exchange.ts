import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeader, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { forwardedAnswerHeaders, type RawHeaders } from '../http/headers.ts';
import { ClientDisconnected, type RequestBody } from '../http/request-body.ts';

/** The upstream did not begin to answer in time. */
export class UpstreamTimeout extends Error {
  constructor(timeoutMs: number) {
    super(`No answer within ${timeoutMs} ms`);
    this.name = 'UpstreamTimeout';
  }
}

/** Sees a part of an answer's body as it passes. */
export type AnswerTap = { readonly data: (chunk: Buffer) => void; readonly end: () => void };

/** What becomes of an answer on its way to a client that speaks another contract than the upstream. */
export type AnswerAdapter = {
  /** The upstream's headers that pass. */
  readonly passedHeaders?: (headers: IncomingHttpHeaders) => IncomingHttpHeaders;
  /** Translates the whole of a small body; `undefined` for answers that pass as they are. */
  readonly rewriter?: (status: number, headers: IncomingHttpHeaders) => ((body: Buffer) => Rewritten) | undefined;
  readonly tap?: (status: number, headers: IncomingHttpHeaders) => AnswerTap | undefined;
};

type Rewriting = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly rewrite: (body: Buffer) => Rewritten;
};

export type Rewritten = { readonly contentType: string; readonly body: string };

export type UpstreamRequest = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The gateway's own headers of the answer. */
  readonly head: RawHeaders;
  /** Path and query as the upstream knows them. */
  readonly path: string;
  readonly headers: RawHeaders;
  /** Headers that are signed when the request is sent. */
  readonly signedHeaders: () => RawHeaders;
  readonly body: RequestBody;
  readonly upload: boolean;
  /** From the end of the request to the head of the answer. */
  readonly timeoutMs: number;
  /** How long a client may leave its answer unread. */
  readonly readTimeoutMs: number;
  readonly adapter?: AnswerAdapter | undefined;
};

const bodyOf = (body: RequestBody): Buffer | Readable | null => {
  if (body.kind === 'none') return null;
  return body.kind === 'buffered' ? body.bytes : body.stream;
};

/** Bodies that are rewritten are problems, which are small. */
const REWRITTEN_BYTES_MAX = 65_536;

/** A complete answer up to this size is sent with its head in one write. */
const ONE_WRITE_BYTES = 16_384;

/**
 * Silence of an upstream while a request is in flight; the answer's own timeout is shorter. One time for head and body
 * lets undici renew its timer instead of making another, which outlives the request by half a second.
 */
const IDLE_MS = 30_000;

/** The state of the client while its request waited for a connection. */
const failureOf = ({ response, body }: UpstreamRequest): Error | undefined => {
  if (response.destroyed) return new ClientDisconnected();
  return body.kind === 'streamed' && body.stream.destroyed
    ? (body.stream.errored ?? new ClientDisconnected())
    : undefined;
};

/** One request and its answer. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly answerStatus: Promise<number>;
  readonly #request: UpstreamRequest;
  readonly #onFinish: () => void;
  readonly #resolve: (status: number) => void;
  readonly #reject: (error: Error) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #timer: NodeJS.Timeout | undefined;
  #abortReason: Error | undefined;
  #answering = false;
  #finished = false;
  /** The answer's content length. */
  #length = Number.NaN;
  #tap: AnswerTap | undefined;
  /** An answer that is sent once it is complete and translated. */
  #rewriting: Rewriting | undefined;
  readonly #chunks: Buffer[] = [];

  constructor(request: UpstreamRequest, onFinish: () => void) {
    this.#request = request;
    this.#onFinish = onFinish;
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.answerStatus = promise;
    this.#resolve = resolve;
    this.#reject = reject;
    request.response.on('close', this.#onClose);
    if (request.body.kind === 'streamed') request.body.stream.once('end', () => this.#startTimeout());
    else this.#startTimeout();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#abortReason !== undefined) controller.abort(this.#abortReason);
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200 || this.#abortReason !== undefined) return;
    clearTimeout(this.#timer);
    this.#answering = true;
    this.#resolve(status);
    this.#length = Number(headers['content-length']);
    const { adapter } = this.#request;
    const passedHeaders = adapter?.passedHeaders?.(headers) ?? headers;
    const rewrite = adapter?.rewriter?.(status, headers);
    this.#tap = adapter?.tap?.(status, headers);
    if (rewrite === undefined) this.#request.response.writeHead(status, this.#headers(passedHeaders));
    else this.#rewriting = { status, headers: passedHeaders, rewrite };
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const { response, readTimeoutMs } = this.#request;
    if (this.#rewriting !== undefined) {
      this.#chunks.push(chunk);
      this.#length = this.#chunks.reduce((bytes, { length }) => bytes + length, 0);
      if (this.#length > REWRITTEN_BYTES_MAX) controller.abort(new Error('The answer is too large to be translated'));
      return;
    }
    this.#tap?.data(chunk);
    if (chunk.length === this.#length && chunk.length <= ONE_WRITE_BYTES) {
      response.end(chunk.toString('latin1'), 'latin1');
      return;
    }
    if (response.write(chunk)) return;
    controller.pause();
    response.once('drain', this.#onDrain);
    this.#timer = setTimeout(() => response.destroy(), readTimeoutMs);
  }

  onResponseEnd(): void {
    this.#finish();
    this.#tap?.end();
    if (this.#rewriting !== undefined) this.#sendRewritten(this.#rewriting);
    else if (!this.#request.response.writableEnded) this.#request.response.end();
  }

  #sendRewritten({ status, headers, rewrite }: Rewriting): void {
    const { contentType, body } = rewrite(Buffer.concat(this.#chunks));
    const length = String(Buffer.byteLength(body));
    const all = { ...headers, 'content-type': contentType, 'content-length': length };
    this.#request.response.writeHead(status, this.#headers(all)).end(body);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail(error);
  }

  /** Once the head is sent, an error cuts the connection, so that the client sees that the answer is incomplete. */
  #fail(error: Error): void {
    this.#finish();
    if (this.#answering) this.#request.response.destroy();
    else this.#reject(this.#abortReason ?? error);
  }

  #headers(headers: IncomingHttpHeaders): OutgoingHttpHeader[] {
    const { request, response, head } = this.#request;
    const all = forwardedAnswerHeaders(headers, head);
    // An upstream that answers before the whole body has come reads no more of it on this connection.
    if (!request.complete && !response.hasHeader('connection')) all.push('connection', 'close');
    return all;
  }

  #abort(error: Error): void {
    this.#abortReason = error;
    if (this.#controller === undefined) this.#fail(error);
    else this.#controller.abort(error);
  }

  #startTimeout(): void {
    if (this.#answering || this.#finished) return;
    const { timeoutMs } = this.#request;
    this.#timer = setTimeout(() => this.#abort(new UpstreamTimeout(timeoutMs)), timeoutMs);
  }

  readonly #onClose = (): void => {
    if (!this.#request.response.writableFinished) this.#abort(new ClientDisconnected());
  };

  readonly #onDrain = (): void => {
    clearTimeout(this.#timer);
    this.#controller?.resume();
  };

  #finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    clearTimeout(this.#timer);
    this.#request.response.off('close', this.#onClose);
    this.#request.response.off('drain', this.#onDrain);
    this.#onFinish();
  }
}

/**
 * Sends a request to the upstream and streams its answer into the response. Resolves with its status once the answer
 * begins; calls `onFinish` when it has ended in any way. Throws the cause when no answer begins: `ClientDisconnected`,
 * `UpstreamTimeout`, a refused body, or undici's own error. Nothing is sent for a client that has disconnected.
 */
export const exchangeWith =
  (dispatcher: Dispatcher) =>
  (request: UpstreamRequest, headers: RawHeaders, onFinish: () => void): Promise<number> => {
    const failure = failureOf(request);
    if (failure !== undefined) {
      onFinish();
      return Promise.reject(failure);
    }
    const exchange = new Exchange(request, onFinish);
    dispatcher.dispatch(
      {
        path: request.path,
        method: request.request.method as Dispatcher.HttpMethod,
        headers,
        body: bodyOf(request.body),
        headersTimeout: IDLE_MS,
        bodyTimeout: IDLE_MS,
        // A connection takes one request at a time anyway: undici need not look for more when a head arrives.
        blocking: false,
      },
      exchange,
    );
    return exchange.answerStatus;
  };
