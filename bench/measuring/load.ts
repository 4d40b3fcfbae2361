import { connect, type Socket } from 'node:net';

/** A whole HTTP/1.1 request in wire format, so that sending it costs the client next to nothing. */
export type Request = Buffer;

/** The next request to send. */
export type NextRequest = () => Request;

export type Answers = {
  readonly count: number;
  readonly failed: number;
  readonly seconds: number;
  readonly latenciesMs: readonly number[];
};

export type RequestParts = {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
};

/** Serialises a request once; it may be sent any number of times. */
export const requestOf = ({ method, path, headers = {}, body }: RequestParts): Request => {
  const json = body === undefined ? '' : JSON.stringify(body);
  const all = {
    host: 'bench.test',
    ...headers,
    ...(body === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(json)) }),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${json}`);
};

const LENGTH = /\r\ncontent-length: *(\d+)/i;
const CLOSES = /\r\nconnection: *close/i;
const HEAD_ENDS = '\r\n\r\n';
const CHUNKS_END = '0\r\n\r\n';

/** The status, once the whole response has arrived. */
const statusIn = (answer: string): number | undefined => {
  const head = answer.indexOf(HEAD_ENDS);
  if (head === -1) return undefined;
  const status = Number(answer.slice(9, 12));
  const length = LENGTH.exec(answer.slice(0, head))?.[1];
  if (length !== undefined) return answer.length >= head + HEAD_ENDS.length + Number(length) ? status : undefined;
  if (status === 204 || status === 304) return status;
  return answer.endsWith(CHUNKS_END) ? status : undefined;
};

type Lane = { readonly ask: (request: Request) => Promise<number>; readonly close: () => void };

/** One kept-alive connection, one request at a time. */
const openConnection = (port: number): Promise<Lane & { readonly isClosed: () => boolean }> =>
  new Promise((resolve, reject) => {
    const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let answer = '';
    let waiting: { resolve: (status: number) => void; reject: (error: Error) => void } | undefined;
    const fail = (error: Error): void => {
      waiting?.reject(error);
      waiting = undefined;
      reject(error);
    };
    // One byte per character, so lengths of text are lengths in bytes.
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      answer += text;
      const status = statusIn(answer);
      if (status === undefined) return;
      if (CLOSES.test(answer)) socket.destroy();
      answer = '';
      waiting?.resolve(status);
      waiting = undefined;
    });
    socket.on('error', fail);
    socket.on('close', () => fail(new Error(`127.0.0.1:${port} closed the connection`)));
    socket.once('connect', () =>
      resolve({
        ask: (request) =>
          new Promise((resolveAnswer, rejectAnswer) => {
            waiting = { resolve: resolveAnswer, reject: rejectAnswer };
            socket.write(request);
          }),
        isClosed: () => socket.destroyed || socket.readableEnded,
        close: () => socket.destroy(),
      }),
    );
  });

/** A connection that is opened again when the server has closed it, as servers do with a refusal. */
const openLane = async (port: number): Promise<Lane> => {
  let connection = await openConnection(port);
  return {
    ask: async (request) => {
      if (connection.isClosed()) connection = await openConnection(port);
      return connection.ask(request);
    },
    close: () => connection.close(),
  };
};

const FAILURES_SHOWN = 3;

const sendNext = (label: string, next: NextRequest) => {
  const latenciesMs: number[] = [];
  let failures = 0;
  const failure = (error: unknown): void => {
    failures += 1;
    if (failures <= FAILURES_SHOWN) process.stderr.write(`${label}: ${String(error)}\n`);
  };
  return {
    failure,
    /** Latency counts from `dueAt`: waiting for a free connection is part of what the client feels. */
    ask: async (lane: Lane, dueAt: number): Promise<void> => {
      try {
        const status = await lane.ask(next());
        if (status >= 400) failure(`answered ${status}`);
        latenciesMs.push(performance.now() - dueAt);
      } catch (error) {
        failure(error);
      }
    },
    answers: (began: number): Answers => ({
      count: latenciesMs.length,
      failed: failures,
      seconds: (performance.now() - began) / 1_000,
      latenciesMs,
    }),
  };
};

export type Load = {
  readonly label: string;
  readonly port: number;
  readonly next: NextRequest;
  readonly connections: number;
  readonly ms: number;
};

const withLanes = async <T>({ port, connections }: Load, work: (lanes: Lane[]) => Promise<T>): Promise<T> => {
  const lanes = await Promise.all(Array.from({ length: connections }, () => openLane(port)));
  try {
    return await work(lanes);
  } finally {
    for (const lane of lanes) lane.close();
  }
};

/** Closed loop: each connection sends its next request as soon as it has its response. */
export const saturate = (load: Load): Promise<Answers> =>
  withLanes(load, async (lanes) => {
    const { ask, answers } = sendNext(load.label, load.next);
    const began = performance.now();
    const client = async (lane: Lane): Promise<void> => {
      while (performance.now() - began < load.ms) await ask(lane, performance.now());
    };
    await Promise.all(lanes.map(client));
    return answers(began);
  });

/** What is still not sent so long after the load's end fails: a server that is far behind does not hold the bench up. */
const OVERTIME_MS = 5_000;

/**
 * Open loop: `perSecond` requests a second whether or not earlier ones are answered; latency counts from when each was
 * due.
 */
export const pace = (load: Load & { readonly perSecond: number }): Promise<Answers> =>
  withLanes(load, async (lanes) => {
    const { ask, failure, answers } = sendNext(load.label, load.next);
    const idle = [...lanes];
    const due: number[] = [];
    const running = new Set<Promise<void>>();
    const begin = (lane: Lane, dueAt: number): void => {
      const request = ask(lane, dueAt).then(() => {
        running.delete(request);
        const waiting = due.shift();
        if (waiting === undefined) idle.push(lane);
        else begin(lane, waiting);
      });
      running.add(request);
    };
    const began = performance.now();
    for (let requestCount = 0; performance.now() - began < load.ms;) {
      const now = performance.now();
      for (const target = ((now - began) / 1_000) * load.perSecond; requestCount < target; requestCount += 1) {
        const lane = idle.pop();
        if (lane === undefined) due.push(now);
        else begin(lane, now);
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    const overtime = setTimeout(() => {
      due.splice(0).forEach(() => failure(new Error('not sent in time')));
    }, OVERTIME_MS);
    while (running.size > 0) await Promise.all(running);
    clearTimeout(overtime);
    return answers(began);
  });
