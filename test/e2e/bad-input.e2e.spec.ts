import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { z } from 'zod';
import { pollUntil } from '@lego-moc/application/poll-until';
import { devUserId, issueToken } from '@lego-moc/embedded-identity/issue-token';
import { ACCEPTED_FORMATS } from '@lego-moc/file-processing/contracts/parsed-file';
import type { JobReply } from '@lego-moc/file-processing/contracts/http-api';
import { historyOf, jobOf, awaitCounts } from '@lego-moc/local/demo-steps';
import type { GatewayClient } from '@lego-moc/local/gateway-client';
import { downloadReply } from '@lego-moc/moc-management/contracts/files-api';
import { mocListReply, mocReply, type MocReply } from '@lego-moc/moc-management/contracts/http-api';
import { awaitConsistentState } from './stored-state.ts';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from './platform.ts';

const BUILDER = 'bad-input';
const PDF = new Blob(['%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n'], { type: 'application/pdf' });

const item = (part: string, quantity: number, remarks = '') =>
  `<ITEM><ITEMTYPE>P</ITEMTYPE><ITEMID>${part}</ITEMID><COLOR>11</COLOR><MINQTY>${String(quantity)}</MINQTY>` +
  `<REMARKS>${remarks}</REMARKS></ITEM>`;
const xml = (...items: readonly string[]) => `<?xml version="1.0"?>\n<INVENTORY>\n${items.join('\n')}\n</INVENTORY>\n`;
const laughs = Array.from({ length: 9 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join('\n');
const FIFTY_MB = 50 * 1024 * 1024;
const LARGE_LOTS = 5_000;

const problemBody = z.object({
  type: z.string(),
  status: z.int(),
  title: z.string().min(1),
  detail: z.string().min(1),
  correlationId: z.string(),
  errors: z.array(z.object({ pointer: z.string() })).optional(),
});

type Content = string | Blob;
type Sending = { readonly title?: string; readonly key?: string; readonly token?: string };

describe('sending bad input through the gateway', function () {
  this.timeout(2 * PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let gateway: GatewayClient;
  let token: string;
  /** MOCs and jobs whose requests were accepted: they must still exist at the end. */
  const acceptedMocs: MocReply[] = [];

  before(async () => {
    platform = await sharedPlatform();
    gateway = await platform.signedInAs(BUILDER);
    token = await platform.token(BUILDER);
  });

  const send = (list: Content, name = 'list.xml', { title = randomUUID(), key, token: by = token }: Sending = {}) => {
    const body = new FormData();
    body.set('title', title);
    body.set('instructionsFile', PDF, 'steps.pdf');
    body.set('partsLists', typeof list === 'string' ? new Blob([list]) : list, name);
    const headers = {
      authorization: `Bearer ${by}`,
      'x-correlation-id': randomUUID(),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    };
    return fetch(`${platform.url}/api/mocs/with-files`, { method: 'POST', headers, body });
  };

  const expectCreated = async (reply: Response): Promise<MocReply> => {
    const body: unknown = await reply.json();
    expect(reply.status, JSON.stringify(body)).to.equal(201);
    const moc = mocReply.parse(body);
    acceptedMocs.push(moc);
    return moc;
  };

  /** The MOC and the job of its parts list, once that job has ended. */
  const read = async (list: Content, name?: string): Promise<{ moc: MocReply; job: JobReply }> => {
    const draft = await expectCreated(await send(list, name));
    const moc = await awaitCounts(gateway, draft, () => undefined);
    return { moc, job: await jobOf(gateway, moc.partsLists[0]!.jobId) };
  };

  const expectProblem = async (reply: Response, status: number, code: string) => {
    const text = await reply.text();
    expect(reply.status, text).to.equal(status);
    expect(reply.headers.get('content-type')).to.equal('application/problem+json');
    const problem = problemBody.parse(JSON.parse(text));
    expect(problem).to.include({ type: `urn:lego-moc:problem:${code}`, status });
    expect(problem.correlationId).to.equal(reply.headers.get('x-correlation-id'));
    return problem;
  };

  it('refuses an empty file and names the file', async () => {
    const { detail } = await expectProblem(await send(''), 422, 'empty-file');
    expect(detail).to.include('list.xml');
  });

  it('refuses an HTML page sent as a parts list and says that it is HTML', async () => {
    const page = '<!doctype html>\n<html><body>Please sign in</body></html>';
    const { detail } = await expectProblem(await send(page), 422, 'media-type-refused');
    expect(detail).to.match(/^list\.xml: .*web page/);
  });

  it('refuses an empty file, a web page and a form without a file in place of a parts list, and keeps the list', async () => {
    const draft = await expectCreated(await send(xml(item('3001', 2))));
    const path = `/api/mocs/${draft.mocId}/parts-lists/${draft.partsLists[0]!.partsListId}`;
    const replace = (list?: string): Promise<Response> => {
      const body = new FormData();
      if (list === undefined) body.set('title', 'Hull');
      else body.set('partsLists', new Blob([list]), 'newer.xml');
      return fetch(platform.url + path, { method: 'PUT', headers: { authorization: `Bearer ${token}` }, body });
    };
    const empty = await expectProblem(await replace(''), 422, 'empty-file');
    expect(empty.detail).to.include('newer.xml');
    await expectProblem(await replace('<!doctype html>\n<html><body>Sign in</body></html>'), 422, 'media-type-refused');
    await expectProblem(await replace(), 400, 'invalid-request');
    const moc = await awaitCounts(gateway, draft, () => undefined);
    expect(moc.partsLists[0]).to.include({ status: 'counted', pieces: 2 });
    expect(moc.partsLists[0]).to.not.have.property('replacement');
  });

  const UNREADABLE: readonly (readonly [string, string, string, number])[] = [
    [
      'external entities',
      '<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]>\n<INVENTORY>&y;</INVENTORY>',
      'document-type-refused',
      1,
    ],
    [
      'a billion laughs',
      `<!DOCTYPE x [<!ENTITY l0 "ha">\n${laughs}]>\n<INVENTORY>&l9;</INVENTORY>`,
      'document-type-refused',
      1,
    ],
    ['a CSV with other columns', 'Name,Price\nBrick,3\n', 'columns-unknown', 1],
    ['an XML that is cut off', '<INVENTORY>\n<ITEM><ITEMID>3001', 'file-cut-off', 2],
    ['an XML with a tag that is not closed', '<INVENTORY>\n<ITEM><ITEMID>3001</ITEM>', 'xml-malformed', 2],
  ];
  for (const [description, list, code, line] of UNREADABLE)
    it(`accepts ${description} and reports why it cannot be read`, async () => {
      const { moc, job } = await read(list, description.includes('CSV') ? 'list.csv' : 'list.xml');

      expect(job.error).to.include({ code, line });
      expect(moc.partsLists[0]).to.include({ status: 'unreadable', code });
      expect(moc.partsLists[0]!.because).to.not.be.empty;
      const history = await historyOf(gateway, moc.mocId);
      expect(new Set(history.map(({ correlationId }) => correlationId)).size).to.equal(1);

      const { url } = await gateway.get(`/api/mocs/${moc.mocId}/files/${moc.partsLists[0]!.fileId}`, downloadReply);
      expect(await (await fetch(url)).text()).to.equal(list);
    });

  it('refuses an image sent as a parts list, with the problem of file processing', async () => {
    const gif = new Blob([Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')]);
    const { detail } = await expectProblem(await send(gif, 'list.gif'), 422, 'media-type-refused');
    expect(detail).to.include(ACCEPTED_FORMATS);
  });

  it('names the kind of a compressed list and says to unpack it', async () => {
    const { moc } = await read(new Blob([gzipSync('Part,Color,Quantity\n3001,4,2\n')]), 'list.csv.gz');
    expect(moc.partsLists[0]).to.include({ status: 'unreadable', code: 'format-not-supported' });
    expect(moc.partsLists[0]!.because).to.match(/gzip.*Unpack it/);
  });

  it('reads UTF-16 without a byte-order mark, and a control character in a remark', async () => {
    const list = xml(item('3001', 2, 'bag \u001f 3'));
    expect((await read(new Blob([Buffer.from(list, 'utf16le')]))).job.result).to.include({ lots: 1, pieces: 2 });
    expect((await read(list)).job.result?.repairs).to.deep.equal([
      { code: 'control-character-removed', count: 1, line: 3 },
    ]);
  });

  it('asks for the colour scheme of an ambiguous list and reads the list by the answer', async () => {
    const moc = await expectCreated(await send('Part Number,Colour Number,Qty\nx1,5,2\nx2,11,1\n', 'list.csv'));
    const { jobId } = moc.partsLists[0]!;
    const pollStatus = (status: string) =>
      pollUntil(
        `The job is ${status}`,
        () => jobOf(gateway, jobId),
        (job) => job.status === status,
      );
    const open = await pollStatus('needs-decision');
    expect(open.readings?.map(({ colourScheme, pieces }) => [colourScheme, pieces])).to.deep.equal([
      ['rebrickable', 3],
      ['bricklink', 3],
    ]);
    const readPartsList = async () => (await gateway.get(`/api/mocs/${moc.mocId}`, mocReply)).partsLists[0];
    const partsList = await pollUntil('The MOC shows it', readPartsList, (list) => list?.status === 'needs-decision');
    expect(partsList?.decisionUrl).to.equal(`/api/jobs/${jobId}/decision`);
    const decision = await fetch(`${platform.url}${partsList?.decisionUrl ?? ''}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ colourScheme: 'bricklink' }),
    });
    expect(decision.status).to.equal(202);
    const { result } = await pollStatus('completed');
    expect(result?.colourScheme).to.deep.equal({ scheme: 'bricklink', reason: 'user' });
    await pollUntil(
      'The MOC shows the count',
      readPartsList,
      (list) => list?.status === 'counted' && list.pieces === 3,
    );
  });

  it('answers 410 for the job of a deleted MOC', async () => {
    const { moc } = await read(xml(item('3001', 2)));
    const headers = { authorization: `Bearer ${token}` };
    await fetch(`${platform.url}/api/mocs/${moc.mocId}`, { method: 'DELETE', headers });
    acceptedMocs.pop();
    const path = `${platform.url}/api/jobs/${moc.partsLists[0]!.jobId}`;
    const reply = await pollUntil(
      'The job is withdrawn',
      () => fetch(path, { headers }),
      ({ status }) => status !== 200,
    );
    await expectProblem(reply, 410, 'job-withdrawn');
  });

  it('repairs a bare ampersand and reports the line', async () => {
    const { job } = await read(xml(item('3001', 2), item('3002', 3, 'black & blue')));
    expect(job.result).to.include({ lots: 2, pieces: 5 });
    expect(job.result?.repairs).to.deep.equal([{ code: 'ampersand-escaped', count: 1, line: 4 }]);
  });

  it('reads a list whose encoding differs from the declared one and reports the encoding that it used', async () => {
    const mislabelledXml = xml(item('3001', 2, 'gr\u00fcn')).replace('"1.0"', '"1.0" encoding="UTF-8"');
    const { job } = await read(new Blob([Buffer.from(mislabelledXml, 'latin1')]));
    expect(job.result).to.include({ encoding: 'windows-1252', lots: 1, pieces: 2 });
    expect(job.result?.repairs).to.deep.include({ code: 'encoding-assumed', count: 1, line: 3 });
  });

  it('reads a parts list of 50 MB', async () => {
    const long = xml(...Array.from({ length: LARGE_LOTS }, () => item('3001', 2, 'x'.repeat(FIFTY_MB / LARGE_LOTS))));
    expect(long.length).to.be.greaterThan(FIFTY_MB);
    expect((await read(long)).job.result).to.include({ lots: LARGE_LOTS, pieces: 2 * LARGE_LOTS });
  });

  it('reads a parts list of 8,401 lots', async () => {
    const list = xml(...Array.from({ length: 8_401 }, (_, n) => item('3001', (n % 9) + 1)));
    const pieces = Array.from({ length: 8_401 }, (_, n) => (n % 9) + 1).reduce((sum, some) => sum + some);
    const { moc, job } = await read(list);
    expect(job.result).to.include({ lots: 8_401, pieces });
    expect(moc.totalPieces).to.equal(pieces);
  });

  it('stores a lot with quantity 0 uncounted and reports the line', async () => {
    const { moc, job } = await read(xml(item('3001', 2), item('3002', 0)));
    expect(job.result).to.include({ lots: 2, pieces: 2 });
    expect(job.result?.problems.first[0]).to.include({ line: 4, lot: 2, code: 'quantity-not-positive' });
    expect(moc.totalPieces).to.equal(2);
  });

  it('refuses a title that is taken and names the field', async () => {
    const { title } = await expectCreated(await send(xml(item('3001', 1)), 'list.xml', { title: 'Taken' }));
    const refusal = await send(xml(item('3001', 1)), 'list.xml', { title: title.toUpperCase() });
    const { errors } = await expectProblem(refusal, 409, 'title-taken');
    expect(errors?.[0]?.pointer).to.equal('/title');
  });

  it('refuses an expired token with 401', async () => {
    const expiredToken = await issueToken(platform.dataDir, { name: BUILDER, ttlS: -3_600 });
    await expectProblem(await send(xml(item('3001', 1)), 'list.xml', { token: expiredToken }), 401, 'token-expired');
  });

  it('answers another builder’s MOC with 404', async () => {
    const { mocId, files } = await expectCreated(await send(xml(item('3001', 1))));
    const headers = { authorization: `Bearer ${await platform.token('stranger')}` };
    const body = new FormData();
    body.set('partsLists', new Blob([xml(item('3001', 1))]), 'theirs.xml');
    const ask = (path: string, init: RequestInit = {}) =>
      fetch(`${platform.url}/api/mocs/${mocId}${path}`, { headers, ...init });

    await expectProblem(await ask(''), 404, 'moc-not-found');
    await expectProblem(await ask(`/files/${files[0]!.fileId}`), 404, 'moc-not-found');
    await expectProblem(await ask('/history'), 404, 'moc-not-found');
    await expectProblem(await ask('/parts-lists', { method: 'POST', body }), 404, 'moc-not-found');
    const removal = await ask('', { method: 'DELETE' });
    expect(removal.status).to.be.oneOf([403, 404]);
    await expectProblem(removal, removal.status, removal.status === 403 ? 'not-the-owner' : 'moc-not-found');
  });

  it('creates one MOC for one Idempotency-Key, sent in sequence and in parallel', async () => {
    const [once, again] = [
      { title: 'Once', key: randomUUID() },
      { title: 'At once', key: randomUUID() },
    ];
    const list = xml(item('3001', 7));
    const first = await expectCreated(await send(list, 'list.xml', once));
    const repeatedMoc = mocReply.parse(await (await send(list, 'list.xml', once)).json());
    expect(repeatedMoc.mocId).to.equal(first.mocId);
    await expectProblem(await send(xml(item('3001', 8)), 'list.xml', once), 422, 'idempotency-key-reused');

    const replies = await Promise.all(Array.from({ length: 4 }, () => send(list, 'list.xml', again)));
    const [winner, ...otherReplies] = replies.toSorted((a, b) => a.status - b.status);
    const { mocId } = await expectCreated(winner!);
    for (const reply of otherReplies) {
      if (reply.status === 201) expect(mocReply.parse(await reply.json()).mocId).to.equal(mocId);
      else await expectProblem(reply, 409, 'request-in-progress');
    }
  });

  it('discards an upload whose sender hangs up half-way, and accepts it when it is sent again', async () => {
    const [key, title, boundary] = [randomUUID(), 'Cut off', 'x'.repeat(20)];
    const part = (head: string, content: string) =>
      `--${boundary}\r\nContent-Disposition: form-data; ${head}\r\n\r\n${content}`;
    const half =
      `${part('name="title"', title)}\r\n${part('name="instructionsFile"; filename="steps.pdf"', await PDF.text())}\r\n` +
      part('name="partsLists"; filename="list.xml"', xml(item('3001', 1)).repeat(500).slice(0, -40));
    const sender = request(`${platform.url}/api/mocs/with-files`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'idempotency-key': key,
        'content-type': `multipart/form-data; boundary=${boundary}`,
        'content-length': half.length + 1_000_000,
      },
    });
    sender.on('error', () => undefined);
    sender.write(half);
    await sleep(500);
    sender.destroy();

    await awaitConsistentState(platform);
    await expectCreated(await send(xml(item('3001', 1)), 'list.xml', { title, key }));
  });

  it('leaves nothing orphaned, and keeps everything that was accepted', async () => {
    const { mocs } = await awaitConsistentState(platform);
    const { mocs: mocReplies } = await pollUntil(
      'Showing all with their files',
      () => gateway.get('/api/mocs?limit=100', mocListReply),
      (list) => list.mocs.every(({ files }) => files.length === 2),
    );

    expect(mocReplies.map(({ title }) => title).toSorted()).to.deep.equal(
      acceptedMocs.map(({ title }) => title).toSorted(),
    );
    expect(mocs).to.include.members(acceptedMocs.map(({ mocId }) => mocId));
    expect(new Set(mocReplies.map(({ owner }) => owner))).to.deep.equal(new Set([devUserId(BUILDER)]));
  });
});
