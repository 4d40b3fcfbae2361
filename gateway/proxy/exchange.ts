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

export type UpstreamRequest = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** What the gateway itself says in the head of the answer. */
  readonly head: RawHeaders;
  /** Path and query as the upstream knows them. */
  readonly path: string;
  readonly headers: RawHeaders;
  readonly body: RequestBody;
  /** From the end of the request to the head of the answer. */
  readonly timeoutMs: number;
  /** How long a client may take nothing of what it was sent. */
  readonly readTimeoutMs: number;
};

const bodyOf = (body: RequestBody): Buffer | Readable | null => {
  if (body.kind === 'none') return null;
  return body.kind === 'gathered' ? body.bytes : body.stream;
};

/** An answer that is there in whole and this small goes out as one text, head and body in one write. */
const ONE_WRITE_BYTES = 16_384;

/**
 * Silence of an upstream while something is under way; the answer's own time is up sooner. One time for head and body
 * lets undici renew its timer instead of making another, which outlives the request by half a second.
 */
const IDLE_MS = 30_000;

/** One request on its way to an upstream and back. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly started: Promise<number>;
  readonly #ask: UpstreamRequest;
  readonly #resolve: (status: number) => void;
  readonly #reject: (error: Error) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #timer: NodeJS.Timeout | undefined;
  #given: Error | undefined;
  #answering = false;
  /** Bytes that the answer said it has. */
  #announced = Number.NaN;

  constructor(ask: UpstreamRequest) {
    this.#ask = ask;
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.started = promise;
    this.#resolve = resolve;
    this.#reject = reject;
    ask.response.on('close', this.#onClose);
    if (ask.body.kind === 'streamed') ask.body.stream.once('end', () => this.#startClock());
    else this.#startClock();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#given !== undefined) controller.abort(this.#given);
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200 || this.#given !== undefined) return;
    clearTimeout(this.#timer);
    this.#answering = true;
    this.#resolve(status);
    this.#announced = Number(headers['content-length']);
    this.#ask.response.writeHead(status, this.#headers(headers));
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const { response, readTimeoutMs } = this.#ask;
    if (chunk.length === this.#announced && chunk.length <= ONE_WRITE_BYTES) {
      response.end(chunk.toString('latin1'), 'latin1');
      return;
    }
    if (response.write(chunk)) return;
    controller.pause();
    response.once('drain', this.#onDrain);
    this.#timer = setTimeout(() => response.destroy(), readTimeoutMs);
  }

  onResponseEnd(): void {
    this.#letGo();
    if (!this.#ask.response.writableEnded) this.#ask.response.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail(error);
  }

  /** What was begun cannot be taken back: the client must see that the answer is not whole. */
  #fail(error: Error): void {
    this.#letGo();
    if (this.#answering) this.#ask.response.destroy();
    else this.#reject(this.#given ?? error);
  }

  #headers(headers: IncomingHttpHeaders): OutgoingHttpHeader[] {
    const { request, response, head } = this.#ask;
    const all = forwardedAnswerHeaders(headers, head);
    // Whoever answers before the whole body has come will not read the rest of it on this connection.
    if (!request.complete && !response.hasHeader('connection')) all.push('connection', 'close');
    return all;
  }

  #giveUp(error: Error): void {
    this.#given = error;
    if (this.#controller === undefined) this.#fail(error);
    else this.#controller.abort(error);
  }

  #startClock(): void {
    if (this.#answering) return;
    const { timeoutMs } = this.#ask;
    this.#timer = setTimeout(() => this.#giveUp(new UpstreamTimeout(timeoutMs)), timeoutMs);
  }

  readonly #onClose = (): void => {
    if (!this.#ask.response.writableFinished) this.#giveUp(new ClientDisconnected());
  };

  readonly #onDrain = (): void => {
    clearTimeout(this.#timer);
    this.#controller?.resume();
  };

  #letGo(): void {
    clearTimeout(this.#timer);
    this.#ask.response.off('close', this.#onClose);
    this.#ask.response.off('drain', this.#onDrain);
  }
}

/**
 * Asks the upstream and streams its answer into the response, unless the client has left already: then nobody would
 * take the answer, and its connection would wait for that for ever. Resolves with the status once the answer begins; throws
 * what went wrong before that: `ClientGone`, `UpstreamTimeout`, a refused body, or undici's own error.
 */
export const exchangeWith =
  (dispatcher: Dispatcher) =>
  (asked: UpstreamRequest): Promise<number> => {
    if (asked.response.destroyed) return Promise.reject(new ClientDisconnected());
    const handler = new Exchange(asked);
    dispatcher.dispatch(
      {
        path: asked.path,
        method: asked.request.method as Dispatcher.HttpMethod,
        headers: asked.headers,
        body: bodyOf(asked.body),
        headersTimeout: IDLE_MS,
        bodyTimeout: IDLE_MS,
        // A connection takes one request at a time anyway: no need to look for more when the head is there.
        blocking: false,
      },
      handler,
    );
    return handler.started;
  };
