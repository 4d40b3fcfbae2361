import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { crc32, deflateSync } from 'node:zlib';

/** The gateway, and the abuser: a user with a token and an address of its own. */
export type Target = {
  readonly url: string;
  readonly port: number;
  readonly headers: Readonly<Record<string, string>>;
};

export type Abuse = {
  readonly name: string;
  /** Abuses the platform once and returns the statuses of the answers, 0 for a connection without an answer. */
  readonly run: (target: Target) => Promise<readonly number[]>;
  /** The statuses that the abuser may get; refusals and successes, but never a 5xx, when not given. */
  readonly answers?: readonly number[];
};

const BOUNDARY = 'neighbours';
const FORM = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };

type Part = { readonly disposition: string; readonly type?: string; readonly content: string | Buffer };

const partOf = ({ disposition, type, content }: Part): Buffer =>
  Buffer.concat([
    Buffer.from(
      `--${BOUNDARY}\r\nContent-Disposition: ${disposition}\r\n${type === undefined ? '' : `Content-Type: ${type}\r\n`}\r\n`,
    ),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ]);

const title = (): Part => ({ disposition: 'form-data; name="title"', content: `Abuse ${randomUUID()}` });
const form = (...parts: readonly Part[]): Buffer =>
  Buffer.concat([...parts.map(partOf), Buffer.from(`--${BOUNDARY}--\r\n`)]);
const list = (content: string | Buffer, name = 'list.csv'): Part => ({
  disposition: `form-data; name="partsLists"; filename="${name}"`,
  type: 'text/csv',
  content,
});

const send = async (
  { url, headers }: Target,
  method: string,
  path: string,
  body?: Buffer | string,
  more: Readonly<Record<string, string>> = {},
): Promise<number> => {
  try {
    const reply = await fetch(url + path, {
      method,
      headers: { ...headers, ...more },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : new Uint8Array(body) }),
    });
    await reply.arrayBuffer();
    return reply.status;
  } catch {
    return 0;
  }
};

const sendJson = (target: Target, path: string, body: object): Promise<number> =>
  send(target, 'POST', path, JSON.stringify(body), { 'content-type': 'application/json' });

const times = <T>(count: number, work: (at: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, at) => work(at)));

type Connection = { readonly socket: Socket; readonly status: () => number };

/** Opens a connection, starts a request and sends `bodyStart` of its body. */
const begin = ({ port, headers }: Target, line: string, length: number, bodyStart: Buffer): Connection => {
  const fields = { host: 'x', ...headers, ...FORM, 'content-length': String(length) };
  const head = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString('latin1')));
  socket.on('error', () => undefined);
  socket.write(`${line} HTTP/1.1\r\n${head.join('')}\r\n`);
  socket.write(bodyStart);
  return { socket, status: () => Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0) };
};

const ANSWERED_WITHIN_MS = 40_000;

/** Waits until `count` of the connections were answered, closes all, and returns the statuses. */
const answersOf = async (connections: readonly Connection[], count: number): Promise<readonly number[]> => {
  const statuses = (): number[] => connections.map(({ status }) => status()).filter((status) => status > 0);
  for (const until = performance.now() + ANSWERED_WITHIN_MS; statuses().length < count && performance.now() < until;)
    await sleep(50);
  const result = statuses();
  for (const { socket } of connections) socket.destroy();
  return result;
};

const KIBIBYTE = 1_024;
const UPLOAD = 'POST /api/mocs/with-files';

const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type), data]);
  const frame = Buffer.alloc(body.length + 8);
  frame.writeUInt32BE(data.length, 0);
  body.copy(frame, 4);
  frame.writeUInt32BE(crc32(body), body.length + 4);
  return frame;
};

/** A PNG of `width` × `height` grey pixels in a few kilobytes. */
const blankPng = (width: number, height: number): Buffer => {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc((width + 1) * height))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
};

const unknownMocs = (count: number): object => ({
  mocs: Array.from({ length: count }, () => ({ mocId: randomUUID() })),
});

const lots = (count: number): string => `Part,Color,Quantity\n${'3001,4,1\n'.repeat(count)}`;

/** Abuses that one user can commit at the default limits. A new route that takes work from a client joins the table. */
export const ABUSES: readonly Abuse[] = [
  {
    name: '70 uploads that stall after 64 KiB',
    run: async (target) => {
      const bodyStart = Buffer.concat([
        partOf(title()),
        partOf(list(Buffer.alloc(64 * KIBIBYTE, 'x'))).subarray(0, -2),
      ]);
      const uploads = Array.from({ length: 70 }, () => begin(target, UPLOAD, 1_000_000, bodyStart));
      return answersOf(uploads, 38);
    },
    answers: [408, 429],
  },
  {
    name: '40 forms that end in the middle of a file',
    run: (target) =>
      times(40, () => {
        const whole = form(title(), list(Buffer.alloc(128 * KIBIBYTE, 'x')));
        return send(target, 'POST', '/api/mocs/with-files', whole.subarray(0, 96 * KIBIBYTE), FORM);
      }),
    answers: [400, 422, 429],
  },
  {
    name: '60 uploads whose client leaves half-way',
    run: async (target) => {
      for (let at = 0; at < 60; at += 1) {
        const bodyStart = partOf(list(Buffer.alloc(80 * KIBIBYTE, 'x'))).subarray(0, 80 * KIBIBYTE);
        const { socket } = begin(target, UPLOAD, 1_000_000, bodyStart);
        await sleep(20);
        socket.destroy();
      }
      return [];
    },
  },
  {
    name: '50 files without a field name',
    run: (target) =>
      times(50, () =>
        send(
          target,
          'POST',
          '/api/mocs/with-files',
          form(title(), { disposition: 'form-data; filename="a.pdf"', content: '%PDF-1.4' }),
          FORM,
        ),
      ),
    answers: [400, 422, 429],
  },
  {
    name: '2,000 reads at once',
    run: (target) => times(2_000, () => send(target, 'GET', '/api/mocs')),
    answers: [200, 429],
  },
  {
    name: '1,000 requests with a forged token',
    run: (target) =>
      times(1_000, (at) =>
        send(
          { ...target, headers: { ...target.headers, authorization: `Bearer ${at}.forged.token` } },
          'GET',
          '/api/mocs',
        ),
      ),
    answers: [401, 429],
  },
  {
    name: '300 header values made for slow patterns',
    run: (target) =>
      times(300, () => send(target, 'GET', '/api/wishlist', undefined, { 'user-agent': `${'a-'.repeat(7_000)} ://` })),
    answers: [200, 429],
  },
  {
    name: '100 connections that do not finish their header',
    run: async ({ port }) => {
      const sockets = Array.from({ length: 100 }, () => {
        const socket = connect(port, '127.0.0.1').on('error', () => undefined);
        socket.write('GET /api/mocs HTTP/1.1\r\nhost: x\r\nx-slow: ');
        return socket;
      });
      await sleep(3_000);
      for (const socket of sockets) socket.destroy();
      return [];
    },
  },
  {
    name: '100 clients that never read their answers',
    run: async (target) => {
      const readers = Array.from({ length: 100 }, () => {
        const { socket } = begin(target, 'GET /docs/openapi.json', 0, Buffer.alloc(0));
        socket.pause();
        return socket;
      });
      await sleep(3_000);
      for (const socket of readers) socket.destroy();
      return [];
    },
  },
  {
    name: '100 JSON bodies of a mebibyte',
    run: (target) =>
      times(100, () =>
        send(target, 'POST', '/api/wishlist', JSON.stringify({ title: 'x'.repeat(1_040_000) }), {
          'content-type': 'application/json',
        }),
      ),
    answers: [400, 413, 422, 429],
  },
  {
    name: '12 pictures of 1 × 4,900,000 pixels',
    run: async (target) => {
      const picture = blankPng(1, 4_900_000);
      return times(12, () =>
        send(target, 'PUT', '/api/users/me/avatar', picture, { 'content-type': 'image/png', 'if-match': '*' }),
      );
    },
    answers: [400, 404, 409, 412, 413, 415, 422, 428, 429, 503],
  },
  {
    name: 'one list of 200,000 lots',
    run: async (target) => [
      await send(target, 'POST', '/api/mocs/with-files', form(title(), list(lots(200_000))), FORM),
    ],
    answers: [201, 202, 400, 413, 422],
  },
  {
    name: '30 new MOCs at once',
    run: (target) => times(30, () => send(target, 'POST', '/api/mocs/with-files', form(title(), list(lots(10))), FORM)),
    answers: [201, 202, 400, 409, 422, 429],
  },
  {
    name: '200 searches for long texts',
    run: (target) =>
      times(200, (at) => send(target, 'GET', `/api/search?q=${encodeURIComponent('brick '.repeat(15))}${at}`)),
    answers: [200, 400, 422, 429],
  },
  {
    name: '40 stock entries of 500 lots',
    run: (target) => {
      const stockLots = Array.from({ length: 500 }, (_, at) => ({ number: `${3_000 + at}`, colour: '4', quantity: 1 }));
      return times(40, () => sendJson(target, '/api/inventory/stock/entries', { lots: stockLots }));
    },
    answers: [200, 201, 400, 409, 412, 422, 429],
  },
  {
    name: '300 clicks on searches that nobody made',
    run: (target) =>
      times(300, () =>
        sendJson(target, '/api/search/clicks', { queryId: randomUUID(), documentId: randomUUID(), position: 1 }),
      ),
    answers: [400, 410, 422, 429],
  },
  {
    name: '300 comments on a MOC that is not there',
    run: (target) => {
      const path = `/api/mocs/${randomUUID()}/comments`;
      return times(300, () => sendJson(target, path, { text: 'x'.repeat(2_000) }));
    },
    answers: [404, 429],
  },
  {
    name: '400 feeds of MOCs and builders that are not there',
    run: (target) =>
      times(400, (number) =>
        send(target, 'GET', `/api/feeds/${number % 2 === 0 ? 'mocs' : 'builders'}/${randomUUID()}/atom`),
      ),
    answers: [404, 429],
  },
  {
    name: '300 changes of the status of a parts list that is not there',
    run: (target) => {
      const path = `/api/mocs/${randomUUID()}/parts-lists/${randomUUID()}/status`;
      const change = JSON.stringify({ notes: 'x'.repeat(5_000) });
      return times(300, () => send(target, 'PATCH', path, change, { 'content-type': 'application/json' }));
    },
    answers: [404, 429],
  },
  {
    name: '100 imports of the orders of a job that is not there',
    run: (target) => {
      const path = `/api/inventory/items/${randomUUID()}/order-imports`;
      return times(100, () => sendJson(target, path, { jobId: randomUUID() }));
    },
    answers: [404, 429],
  },
  {
    name: '200 exports of a stock',
    run: (target) => times(200, () => send(target, 'GET', '/api/inventory/stock/export?target=json')),
    answers: [200, 409, 429],
  },
  {
    name: '200 openings of sets that are not there',
    run: (target) => times(200, () => sendJson(target, '/api/inventory/stock/set-openings', { number: '10255-1' })),
    answers: [404, 409, 429],
  },
  {
    name: '200 openings of the sets of a list that is not there',
    run: (target) => times(200, () => send(target, 'POST', `/api/jobs/${randomUUID()}/opened-sets`)),
    answers: [404, 429],
  },
  {
    name: '60 × 200 operations of a build, 20 of them with the stock',
    run: async (target) => {
      const path = '/api/inventory/builds';
      const reply = await fetch(target.url + path, {
        ...{ method: 'POST', body: JSON.stringify({ title: 'Abuse' }) },
        headers: { ...target.headers, 'content-type': 'application/json' },
      });
      const { buildId } = (await reply.json()) as { buildId: string };
      const operation = (_: unknown, at: number) => ({
        ...{ operationId: randomUUID(), from: at < 20 ? 'stock' : 'placed', to: 'reserved' },
        lots: [{ number: '3001', quantity: 1 }],
      });
      return times(60, () =>
        sendJson(target, `${path}/${buildId}/operations`, { operations: Array.from({ length: 200 }, operation) }),
      );
    },
    answers: [200, 409, 429],
  },
  {
    name: '10 webhooks to a receiver that hangs, and 40 new MOCs',
    run: async (target) => {
      const receiver = createServer((socket) => socket.on('error', () => undefined).resume()).listen(0, '127.0.0.1');
      await once(receiver, 'listening');
      const url = `http://127.0.0.1:${String((receiver.address() as AddressInfo).port)}/`;
      const webhook = { url, subject: { kind: 'own-mocs' }, events: ['moc.created', 'moc.updated'] };
      const statuses = await times(10, () => sendJson(target, '/api/webhooks', webhook));
      const more = await times(40, () => sendJson(target, '/api/mocs', { title: `Abuse ${randomUUID()}` }));
      await sleep(3_000);
      receiver.close();
      return [...statuses, ...more];
    },
    answers: [201, 202, 400, 409, 429],
  },
  {
    name: '60 questions of buildability about 100 MOCs that are not there',
    run: (target) => times(60, () => sendJson(target, '/api/buildability', unknownMocs(100))),
    answers: [404, 429],
  },
  {
    name: '40 shopping lists of 100 MOCs that are not there',
    run: (target) => times(40, () => sendJson(target, '/api/shopping-lists', unknownMocs(100))),
    answers: [404, 429],
  },
  {
    name: '40 questions for advice about 100 MOCs that are not there and 20 sets',
    run: (target) =>
      times(40, () =>
        sendJson(target, '/api/inventory/advice', {
          ...unknownMocs(100),
          sets: Array.from({ length: 20 }, (_, at) => `${String(at)}-1`),
        }),
      ),
    answers: [404, 429],
  },
];
