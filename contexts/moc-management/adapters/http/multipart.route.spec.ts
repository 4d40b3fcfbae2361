import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import fc from 'fast-check';
import { api } from '../../testing/api-for-tests.ts';

const BOUNDARY = 'x-boundary';

type Answer = { readonly status: number; readonly body: { type?: string; detail?: string; errors?: unknown } };

/** A form of parts whose headers are written as they are. */
const form = (...parts: readonly (readonly [headers: string, content: Buffer | string])[]): Buffer =>
  Buffer.concat([
    ...parts.flatMap(([headers, content]) => [
      Buffer.from(`--${BOUNDARY}\r\n${headers}\r\n\r\n`, 'latin1'),
      Buffer.from(content),
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${BOUNDARY}--\r\n`),
  ]);

const title = ['Content-Disposition: form-data; name="title"', 'Crane'] as const;
const file = (disposition: string): readonly [string, string] => [
  `Content-Disposition: ${disposition}\r\nContent-Type: application/pdf`,
  '%PDF',
];

describe('multipart forms', () => {
  let server: Server;
  let origin: string;

  const start = async (): Promise<void> => {
    server = createServer(api()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  };
  beforeEach(start);
  afterEach(() => server.close());

  const send = async (body: Buffer, contentType = `multipart/form-data; boundary=${BOUNDARY}`): Promise<Answer> => {
    const reply = await fetch(`${origin}/v1/mocs/with-files`, {
      method: 'POST',
      headers: { 'content-type': contentType },
      body: new Uint8Array(body),
    });
    return { status: reply.status, body: (await reply.json()) as Answer['body'] };
  };

  const rejectedDispositions = {
    'a file without a field name': 'form-data; filename="a.pdf"',
    'a file name with quotes inside': 'form-data; name="images"; filename="my "best" list.xml"',
    'a file name with a space and no quotes': 'form-data; name="images"; filename=my list.xml',
    'an extended file name that cannot be decoded': 'form-data; name="images"; filename*=UTF-8\'\'%zz',
    'an extended file name with U+0000': 'form-data; name="images"; filename*=UTF-8\'\'a%00.pdf',
    'an extended file name of another charset': 'form-data; name="images"; filename*=x-user\'\'a.pdf',
    'a file name that is not UTF-8': 'form-data; name="images"; filename="caf\xe9.pdf"',
    'a file name of 304 characters': `form-data; name="images"; filename="${'a'.repeat(300)}.pdf"`,
    'a trailing semicolon': 'form-data; name="images"; filename="list.pdf";',
    'another disposition': 'attachment; name="images"; filename="a.pdf"',
  };
  for (const [label, disposition] of Object.entries(rejectedDispositions))
    it(`answers 400 and names the part for ${label}`, async () => {
      const { status, body } = await send(form(title, file(disposition)));
      expect(status).to.equal(400);
      expect(body.detail).to.match(/^Part 2 of the form: /);
      expect(body.errors).to.have.length(1);
    });

  it('answers 400 and names the part for a part without Content-Disposition', async () => {
    const { status, body } = await send(form(title, ['Content-Type: application/pdf', '%PDF']));
    expect([status, body.detail]).to.deep.equal([400, 'Part 2 of the form: The part has no Content-Disposition.']);
  });

  it('answers 400 for a field that is not UTF-8', async () => {
    const { status, body } = await send(
      form(['Content-Disposition: form-data; name="title"', Buffer.from([0x43, 0xff, 0xfe])]),
    );
    expect(status).to.equal(400);
    expect(JSON.stringify(body.errors)).to.include('/title');
  });

  it('answers 400 for a title without a visible character', async () => {
    const { status, body } = await send(form(['Content-Disposition: form-data; name="title"', '\u200B\u2060']));
    expect(status).to.equal(400);
    expect(JSON.stringify(body.errors)).to.include('/title');
  });

  const acceptedDispositions = {
    'a quoted name with escapes and spaces': String.raw`form-data; name="images"; filename="my \"best\" list.pdf"`,
    'a name in UTF-8': Buffer.from('form-data; name="images"; filename="café.pdf"').toString('latin1'),
    'an extended name': "form-data; name=images; filename*=UTF-8''caf%C3%A9.pdf",
    'a token': 'form-data;name=images;filename=list.pdf',
  };
  for (const [label, disposition] of Object.entries(acceptedDispositions))
    it(`accepts a file with ${label}`, async () => {
      const { status, body } = await send(form(title, file(disposition)));
      expect(status, JSON.stringify(body)).to.equal(201);
      expect((body as { files: unknown[] }).files).to.have.length(1);
    });

  it('shows the name of a file on the MOC without controls that reverse or hide text', async () => {
    const name = 'list\u202Efdp\u0085\u2028.pdf\u200B';
    const disposition = Buffer.from(`form-data; name="images"; filename="${name}"`).toString('latin1');
    const { status, body } = await send(form(title, file(disposition)));
    expect(status, JSON.stringify(body)).to.equal(201);
    expect((body as { files: { name: string }[] }).files.map((entry) => entry.name)).to.deep.equal(['listfdp.pdf']);
  });

  const KIBIBYTE = 1024;
  for (const kibibytes of [0, 16, 96, 160, 512])
    it(`answers 400 for a form that ends in the middle of a file, after ${kibibytes} KiB of it`, async () => {
      const [headers] = file('form-data; name="images"; filename="a.pdf"');
      const whole = form(title, [headers, Buffer.alloc(kibibytes * KIBIBYTE + 100, 'x')]);
      const { status, body } = await send(whole.subarray(0, -100));
      expect([status, body.detail]).to.deep.equal([400, 'The form ended before it was complete.']);
    });

  it('answers 400 and names the part behind a small file that is malformed', async () => {
    const { status, body } = await send(
      form(title, file('form-data; name="images"; filename="a.pdf"'), file('form-data; filename="b.pdf"')),
    );
    expect([status, body.detail]).to.deep.equal([400, 'Part 3 of the form: The part has no name.']);
  });

  it('answers every form without a 5xx and never drops a file with 201', async function () {
    this.timeout(120_000);
    const bytes = fc.uint8Array({ maxLength: 40 }).map((some) => Buffer.from(some));
    const text = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom('images', 'title', 'partsLists', 'a "b".pdf', 'a.pdf', '%00', '\u0000', '\r\n', 'é', '', '../x'),
    );
    const parameter = fc.oneof(
      text.map((value) => `name="${value}"`),
      text.map((value) => `filename="${value}"`),
      text.map((value) => `filename=${value}`),
      text.map((value) => `filename*=UTF-8''${value}`),
      text.map((value) => `name*=UTF-8''${value}`),
      text,
    );
    const disposition = fc
      .tuple(fc.constantFrom('form-data', 'attachment', 'FORM-DATA', ''), fc.array(parameter, { maxLength: 4 }))
      .map(([type, parameters]) => `Content-Disposition: ${[type, ...parameters].join('; ')}`);
    const header = fc.oneof(
      { weight: 4, arbitrary: disposition },
      { weight: 1, arbitrary: text },
      { weight: 1, arbitrary: text.map((charset) => `Content-Type: text/plain; charset=${charset}`) },
    );
    const part = fc
      .tuple(fc.array(header, { maxLength: 3 }), bytes)
      .map(([headers, content]) => [headers.join('\r\n'), content] as const);
    const body = fc
      .tuple(fc.array(part, { maxLength: 4 }), fc.option(fc.nat(400), { freq: 3 }), fc.option(bytes, { freq: 4 }))
      .map(([parts, length, tail]) => {
        const whole = Buffer.concat([form(title, ...parts), tail ?? Buffer.alloc(0)]);
        return length === null ? whole : whole.subarray(0, length);
      });
    const contentType = fc.oneof(
      { weight: 8, arbitrary: fc.constant(`multipart/form-data; boundary=${BOUNDARY}`) },
      { weight: 1, arbitrary: fc.constantFrom('multipart/form-data', `multipart/form-data; boundary="${BOUNDARY}"`) },
    );
    await fc.assert(
      fc.asyncProperty(body, contentType, async (formBytes, type) => {
        const { status, body: answer } = await send(formBytes, type);
        expect(status, JSON.stringify(answer)).to.be.lessThan(500);
        if (status !== 201) return;
        const sentFiles = formBytes.toString('latin1').match(/filename\*?=/g)?.length ?? 0;
        const { files } = answer as { files: unknown[] };
        if (sentFiles > 0) expect(files, formBytes.toString('latin1')).not.to.have.length(0);
        server.close();
        await start();
      }),
      { numRuns: 300 },
    );
    expect((await send(form(['Content-Disposition: form-data; name="title"', 'Ship']))).status).to.equal(201);
  });
});
