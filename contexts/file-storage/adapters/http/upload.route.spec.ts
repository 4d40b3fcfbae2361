import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import { pollUntil } from '@lego-moc/application/poll-until';
import { zipOf } from '@lego-moc/testing/zip';
import { directUploadForm } from '../../contracts/http-api.ts';
import { serviceForTests, type ServiceForTests } from '../../testing/service-for-tests.ts';
import { EICAR, eicarScanner } from '../virus-scan/eicar-scanner.ts';

const LIST = '<INVENTORY><ITEM><ITEMTYPE>P</ITEMTYPE><ITEMID>3001</ITEMID></ITEM></INVENTORY>';

const target = (change: Record<string, string> = {}): string =>
  `/internal/v1/upload?${String(new URLSearchParams({ fileId: newId(), owner: 'ada', purpose: 'parts-list', name: 'crane.xml', ...change }))}`;

type Answer = { readonly status: number; readonly body: Record<string, unknown> };

const answerOf = async (response: Response): Promise<Answer> => ({
  status: response.status,
  body: (await response.json()) as Record<string, unknown>,
});

type Body = NonNullable<RequestInit['body']>;

const codeIn = ({ body }: Answer): unknown => body['type'];
const urn = (code: string): string => `urn:lego-moc:problem:${code}`;

describe('uploading over HTTP', () => {
  let service: ServiceForTests;

  before(async () => {
    service = await serviceForTests({ bytesMax: 60 * 1024 * 1024 });
  });

  const upload = async (path: string, body: Body, headers: Record<string, string> = {}): Promise<Answer> =>
    answerOf(await fetch(service.url + path, { method: 'POST', body, headers, duplex: 'half' }));

  const nothingKeptOf = async (fileId: string): Promise<void> => {
    expect(await service.eventTypes(fileId)).to.deep.equal([]);
    expect((await service.storedKeys()).filter((key) => key.startsWith(fileId))).to.deep.equal([]);
  };

  it('stores the content and describes it', async () => {
    const fileId = newId();
    const { status, body } = await upload(target({ fileId }), LIST);
    expect(status).to.equal(201);
    expect(body).to.include({
      fileId,
      owner: 'ada',
      purpose: 'parts-list',
      name: 'crane.xml',
      size: LIST.length,
      mediaType: 'application/xml',
      sha256: createHash('sha256').update(LIST).digest('hex'),
    });
    expect(body).not.to.have.property('key');
    expect(await service.eventTypes(fileId)).to.deep.equal(['FileStored']);
  });

  it('answers the same content under the same id with the stored file', async () => {
    const path = target({ owner: newId() });
    const first = await upload(path, LIST);
    const second = await upload(path, LIST);
    expect(second).to.deep.equal({ status: 200, body: first.body });
    expect((await service.storedKeys()).filter((key) => key.startsWith(String(first.body['fileId'])))).to.have.length(
      1,
    );
  });

  it('stores one content when the same upload comes twice at once', async () => {
    const fileId = newId();
    const owner = newId();
    const answers = await Promise.all([1, 2, 3].map(() => upload(target({ fileId, owner }), LIST)));
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 200, 201]);
    expect(await service.eventTypes(fileId)).to.deep.equal(['FileStored']);
    expect((await service.storedKeys()).filter((key) => key.startsWith(fileId))).to.have.length(1);
  });

  it('refuses other content under the same id', async () => {
    const path = target();
    await upload(path, LIST);
    const answer = await upload(path, `${LIST}\n`);
    expect([answer.status, codeIn(answer)]).to.deep.equal([409, urn('file-id-taken')]);
  });

  for (const [label, content, code] of [
    ['nothing', '', 'empty-file'],
    ['a web page', '<!DOCTYPE html><html><title>Please sign in</title></html>', 'media-type-refused'],
    ['a virus', `Part,Color,Quantity\n${EICAR}`, 'infected'],
  ] as const)
    it(`refuses ${label} and stores nothing`, async () => {
      const fileId = newId();
      const answer = await upload(target({ fileId }), content);
      expect([answer.status, codeIn(answer)]).to.deep.equal([422, urn(code)]);
      expect(answer.body).to.have.property('correlationId');
      await nothingKeptOf(fileId);
    });

  it('refuses an archive that unpacks to a hundred times its size, before the scanner sees it', async () => {
    const fileId = newId();
    let scans = 0;
    const scanner = { begin: () => ((scans += 1), eicarScanner.begin()) };
    const watchedService = await serviceForTests({ scanner });
    const send = async (path: string, body: Body) =>
      answerOf(await fetch(watchedService.url + path, { method: 'POST', body }));
    const bomb = zipOf({ name: 'model.ldr', content: Buffer.alloc(2 * 1024 * 1024), isDeflated: true });

    const answer = await send(target({ fileId, name: 'crane.io' }), bomb);

    expect([answer.status, codeIn(answer)]).to.deep.equal([422, urn('archive-refused')]);
    expect(answer.body['detail']).to.match(/“model.ldr”: .*100 times its size.*Send that file by itself/);
    expect(await watchedService.eventTypes(fileId)).to.deep.equal([]);
    expect(await watchedService.storedKeys()).to.deep.equal([]);
    expect(scans).to.equal(0);
    const lockedArchive = zipOf({ name: 'model.ldr', content: '0 A model', isLocked: true });
    expect((await send(target({ name: 'crane.io' }), lockedArchive)).status).to.equal(201);
    expect(scans).to.equal(1);
  });

  it('stores an archive byte for byte', async () => {
    const fileId = newId();
    const archive = zipOf({ name: 'model.ldr', content: '0 A model\n'.repeat(50_000), isDeflated: true });
    const { body } = await upload(target({ fileId, name: 'crane.io' }), archive);
    expect(body).to.include({ mediaType: 'application/zip', size: archive.length });
    const content = await fetch(`${service.url}/internal/v1/files/${fileId}/content`);
    expect(Buffer.from(await content.arrayBuffer()).equals(archive)).to.equal(true);
  });

  it('refuses bytes of an unknown kind as an instruction, and stores nothing', async () => {
    const fileId = newId();
    const answer = await upload(target({ fileId, purpose: 'instruction' }), Buffer.from([0, 1, 2, 3]));
    expect([answer.status, codeIn(answer)]).to.deep.equal([422, urn('media-type-refused')]);
    await nothingKeptOf(fileId);
  });

  it('accepts bytes of an unknown kind as a parts list, since file processing names the error', async () => {
    expect((await upload(target(), Buffer.from([0, 1, 2, 3]))).status).to.equal(201);
  });

  it('finds a virus across two chunks, far behind the beginning', async () => {
    const fileId = newId();
    const chunks = async function* (): AsyncGenerator<Uint8Array> {
      for (let count = 0; count < 20; count += 1) yield Buffer.alloc(64 * 1024, 'a,b,1\n');
      for (const half of [EICAR.slice(0, 20), EICAR.slice(20)]) yield await Promise.resolve(Buffer.from(half));
    };
    const answer = await upload(target({ fileId, name: 'list.csv' }), ReadableStream.from(chunks()));
    expect([answer.status, codeIn(answer)]).to.deep.equal([422, urn('infected')]);
    await nothingKeptOf(fileId);
  });

  it('accepts 50 MB', async function () {
    this.timeout(30_000);
    const chunk = Buffer.alloc(1_000_000, 'Part,Color,Quantity\n');
    const body = ReadableStream.from(Array.from({ length: 50 }, () => chunk));
    const answer = await upload(target({ name: 'big.csv' }), body);
    expect([answer.status, answer.body['size']]).to.deep.equal([201, 50_000_000]);
  });

  it('refuses a declared length beyond the limit without reading', async () => {
    const fileId = newId();
    const socket = await openSocket(service.port);
    socket.write(head(target({ fileId }), 'Content-Length: 99999999999'));
    expect(await readAnswer(socket))
      .to.include('413 Payload Too Large')
      .and.to.include(urn('file-too-large'));
    await nothingKeptOf(fileId);
  });

  it('refuses content beyond the limit, whatever length is declared', async () => {
    const small = await serviceForTests({ bytesMax: 100_000 });
    const fileId = newId();
    const body = ReadableStream.from(Array.from({ length: 40 }, () => Buffer.alloc(10_000, 'a,b\n')));
    const init = { method: 'POST', body, duplex: 'half' } as RequestInit;
    const answer = await answerOf(await fetch(small.url + target({ fileId, name: 'a.csv' }), init));
    expect([answer.status, codeIn(answer)]).to.deep.equal([413, urn('file-too-large')]);
    expect(await small.storedKeys()).to.deep.equal([]);
    expect(await small.eventTypes(fileId)).to.deep.equal([]);
  });

  it('stores nothing when the client hangs up midway', async () => {
    const fileId = newId();
    const socket = await openSocket(service.port);
    socket.write(head(target({ fileId, name: 'a.csv' }), 'Transfer-Encoding: chunked'));
    socket.write(`4000\r\n${'a'.repeat(0x4000)}\r\n`);
    await pollUntil('the bytes are sent', () => socket.writableLength === 0);
    socket.resetAndDestroy();
    await sleep(100);
    await nothingKeptOf(fileId);
  });

  it('stores nothing when fewer bytes come than declared', async () => {
    const fileId = newId();
    const socket = await openSocket(service.port);
    socket.end(`${head(target({ fileId, name: 'a.csv' }), 'Content-Length: 5000')}${'a'.repeat(4999)}`);
    await once(socket.resume(), 'close');
    await sleep(100);
    await nothingKeptOf(fileId);
  });

  it('reads no more bytes than declared', async () => {
    const fileId = newId();
    const socket = await openSocket(service.port);
    socket.write(`${head(target({ fileId, name: 'a.csv' }), 'Content-Length: 10')}0123456789EXTRA / HTTP/1.1\r\n\r\n`);
    await readAnswer(socket);
    const storedKey = await pollUntil('the file is stored', async () =>
      (await service.storedKeys()).find((key) => key.startsWith(fileId)),
    );
    expect(await service.objects.head(storedKey!)).to.include({ size: 10 });
  });

  it('refuses a request with both a length and chunks', async () => {
    const fileId = newId();
    const socket = await openSocket(service.port);
    socket.write(`${head(target({ fileId }), 'Content-Length: 5\r\nTransfer-Encoding: chunked')}0\r\n\r\n`);
    expect(await readAnswer(socket)).to.match(/^HTTP\/1\.1 400 /u);
    await nothingKeptOf(fileId);
  });

  it('stores a name without controls, and never uses it as a path', async () => {
    const names = [
      '../../../etc/passwd',
      'C:\\boot.ini',
      'crane\r\nSet-Cookie: a=b',
      'list\u202Efdp.exe',
      '部品 ü.csv',
      '%2e%2e%2f',
    ];
    for (const name of names) {
      const { status, body } = await upload(target({ name }), LIST);
      expect([status, body['name']]).to.deep.equal([201, name.replace(/[\r\n\u202E]/gu, '')]);
    }
    for (const key of await service.storedKeys()) expect(key).to.match(/^[0-9a-f-]{36}\/[0-9a-f-]{36}$/u);
  });

  it('names the invalid parameters', async () => {
    const answer = await upload(target({ fileId: '../x', purpose: 'fun', name: 'n'.repeat(256) }), LIST);
    expect([answer.status, codeIn(answer)]).to.deep.equal([400, urn('invalid-request')]);
    const errors = answer.body['errors'] as { pointer: string }[];
    expect(errors.map(({ pointer }) => pointer)).to.deep.equal(['/query/fileId', '/query/purpose', '/query/name']);
  });

  it('is for services only', async () => {
    const fileId = newId();
    const answer = await upload(target({ fileId }), LIST, { 'x-test-anonymous': 'yes' });
    expect(answer.status).to.equal(401);
    await nothingKeptOf(fileId);
  });
});

const openSocket = async (port: number): Promise<Socket> => {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
};

const head = (path: string, framing: string): string =>
  `POST ${path} HTTP/1.1\r\nHost: files\r\nContent-Type: application/octet-stream\r\n${framing}\r\n\r\n`;

const readAnswer = async (socket: Socket): Promise<string> => {
  let text = '';
  socket.setEncoding('utf8');
  socket.on('data', (part: string) => (text += part));
  await pollUntil('the answer is there', () => text.includes('}') || socket.destroyed);
  socket.destroy();
  return text;
};

describe('uploading many files of one owner at the same time', () => {
  let service: ServiceForTests;
  let finish: () => void;

  /** Begins an upload that ends with `finish`; resolves with its answer to come. */
  const beginSlowly = async (owner: string): Promise<{ readonly answer: Promise<Response> }> => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    finish = () => resolve(undefined);
    const slowly = async function* (): AsyncGenerator<Uint8Array> {
      // The service waits for 4 kB before it begins.
      yield Buffer.from(LIST.padEnd(8_192));
      await promise;
    };
    const body = ReadableStream.from(slowly());
    const answer = fetch(service.url + target({ owner }), { method: 'POST', body, duplex: 'half' });
    await pollUntil('The marker of the upload', async () =>
      (await service.storedKeys()).some((key) => key.startsWith('pending/')),
    );
    return { answer };
  };

  const send = (owner: string): Promise<Response> =>
    fetch(service.url + target({ owner }), { method: 'POST', body: LIST });

  const start = async (waitMs: number): Promise<void> => {
    service = await serviceForTests({ slots: { slots: 1, queueMax: 1, waitMs } });
  };

  it('lets one wait, answers the next 429, and stores those of others', async () => {
    await start(60_000);
    const { answer: first } = await beginSlowly('ada');
    const others = [send('ada'), send('ada'), send('ada')];
    const refusal = await Promise.race(others);
    const other = await send('bob');
    finish();
    const statuses = await Promise.all([first, ...others].map(async (answer) => (await answer).status));

    expect(refusal.status).to.equal(429);
    expect(refusal.headers.get('retry-after')).to.equal('10');
    expect(await refusal.json()).to.include({ type: urn('too-many-uploads') });
    expect(other.status).to.equal(201);
    expect(statuses.toSorted()).to.deep.equal([201, 201, 429, 429]);
  });

  it('answers 429 to one that has waited too long, and stores it when it is sent again', async () => {
    await start(20);
    const { answer: first } = await beginSlowly('ada');
    const tooLong = await send('ada');
    finish();
    await first;

    expect([tooLong.status, (await send('ada')).status]).to.deep.equal([429, 201]);
  });

  it('counts the completion of a direct upload: 429 while another upload goes on, then 200', async () => {
    await start(20);
    const asAda = { 'x-test-user': 'ada', 'content-type': 'application/json', 'idempotency-key': newId() };
    const announcement = JSON.stringify({ name: 'list.csv', size: LIST.length, purpose: 'parts-list' });
    const uploads = `${service.url}/v1/storage/uploads`;
    const offerReply = await fetch(uploads, { method: 'POST', headers: asAda, body: announcement });
    const { uploadId, url, fields } = directUploadForm.parse(await offerReply.json());
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    form.set('file', new Blob([LIST]));
    await fetch(service.url + new URL(url).pathname, { method: 'POST', body: form });
    const complete = () => fetch(`${uploads}/${uploadId}/complete`, { method: 'POST', headers: asAda });

    const { answer: first } = await beginSlowly('ada');
    const refusal = await complete();
    finish();
    await first;

    expect([refusal.status, refusal.headers.get('retry-after')]).to.deep.equal([429, '10']);
    expect([(await complete()).status, (await complete()).status]).to.deep.equal([200, 200]);
    expect((await send('ada')).status).to.equal(201);
  });

  it('frees the turn of an upload that is refused', async () => {
    await start(20);
    const page = '<!DOCTYPE html><html><title>Please sign in</title></html>';
    const refusal = await fetch(service.url + target({ owner: 'ada' }), { method: 'POST', body: page });

    expect([refusal.status, (await send('ada')).status]).to.deep.equal([422, 201]);
  });
});
