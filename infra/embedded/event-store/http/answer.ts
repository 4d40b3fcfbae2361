import type { IncomingMessage, ServerResponse } from 'node:http';

/** The response to a request; `body` is sent as JSON, `text` as it is. */
export type Answer = {
  readonly status: number;
  readonly body?: unknown;
  readonly text?: string;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** Throw to answer with an RFC 9457 problem. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, code: string, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

export const problemAnswer = ({ status, code, message, headers }: Problem): Answer => ({
  status,
  contentType: 'application/problem+json',
  body: { type: `urn:lego-moc:problem:${code}`, title: code.replaceAll('-', ' '), status, detail: message },
  headers,
});

export const send = (request: IncomingMessage, response: ServerResponse, answer: Answer): void => {
  const text = answer.text ?? (answer.body === undefined ? '' : JSON.stringify(answer.body));
  response.writeHead(answer.status, {
    ...(text === '' ? {} : { 'content-type': answer.contentType ?? 'application/json' }),
    'content-length': Buffer.byteLength(text),
    ...answer.headers,
  });
  response.end(request.method === 'HEAD' ? undefined : text);
};

/** The whole body as text; a problem when it is larger than `maxBytes`. */
export const readBody = async (request: IncomingMessage, maxBytes: number): Promise<string> => {
  const tooLarge = new Problem(413, 'body-too-large', `The body is larger than ${maxBytes} bytes`, {
    connection: 'close',
  });
  if (Number(request.headers['content-length']) > maxBytes) throw tooLarge;
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Left early, the loop would end the connection, and with it the answer.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooLarge;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};
