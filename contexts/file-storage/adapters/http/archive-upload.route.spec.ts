import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import fc from 'fast-check';
import { newId } from '@lego-moc/application/new-id';
import { zipOf, type ZipContent } from '@lego-moc/testing/zip';
import { directUploadForm } from '../../contracts/http-api.ts';
import { ARCHIVE_LIMITS } from '../../domain/archive.ts';
import { isArchive } from '../../domain/acceptance.ts';
import { serviceForTests, type ServiceForTests } from '../../testing/service-for-tests.ts';
import { fileTypeSniffer } from '../sniffing/file-type-sniffer.ts';
import { eicarScanner } from '../virus-scan/eicar-scanner.ts';

const MEBIBYTE = 1024 * 1024;
const PURPOSES = ['parts-list', 'instruction'] as const;
type Purpose = (typeof PURPOSES)[number];

const WORKBOOK = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const CONTENT_TYPES: ZipContent = {
  name: '[Content_Types].xml',
  content: `<Types><Override PartName="/xl/workbook.xml" ContentType="${WORKBOOK}.main+xml"/></Types>`,
};
const entry = (content: string | Uint8Array, name = 'model.ldr'): ZipContent => ({ name, content, isDeflated: true });
const nest = (depth: number): Buffer =>
  depth === 1 ? zipOf(entry('0 A model')) : zipOf({ name: 'inner', content: nest(depth - 1) });

/** How each kind of archive packs one content. */
const KINDS: Readonly<Record<string, { mediaType: string; pack: (content: string | Uint8Array) => Buffer }>> = {
  'crane.zip': { mediaType: 'application/zip', pack: (content) => zipOf(entry(content)) },
  'crane.io': { mediaType: 'application/zip', pack: (content) => zipOf(entry(content, 'model2.ldr')) },
  'crane.lxf': { mediaType: 'application/zip', pack: (content) => zipOf(entry(content, 'IMAGE100.LXFML')) },
  'crane.xlsx': {
    mediaType: WORKBOOK,
    pack: (content) => zipOf(CONTENT_TYPES, entry(content, 'xl/worksheets/sheet1.xml')),
  },
  'crane.csv.gz': { mediaType: 'application/gzip', pack: (content) => gzipSync(content) },
};

/** Faults of zips, whatever they are called. */
const FAULTS: Readonly<Record<string, { archive: () => Buffer; because: RegExp }>> = {
  'too many entries': {
    archive: () => zipOf(...Array.from({ length: ARCHIVE_LIMITS.entries + 1 }, () => entry('0'))),
    because: /more than 5000 entries/,
  },
  'archives too deep in it': { archive: () => nest(ARCHIVE_LIMITS.depth + 1), because: /more than 3 deep/ },
  'a name that leads outside': { archive: () => zipOf(entry('0', '../evil.ldr')), because: /leads outside/ },
};

describe('uploading archives that are made to do harm', () => {
  let service: ServiceForTests;
  let scans = 0;
  before(async () => {
    const scanner = { begin: () => ((scans += 1), eicarScanner.begin()) };
    service = await serviceForTests({ scanner });
  });
  beforeEach(() => {
    scans = 0;
  });

  type Send = (name: string, content: Buffer, purpose: Purpose) => Promise<Response>;

  const throughService: Send = (name, content, purpose) => {
    const query = new URLSearchParams({ fileId: newId(), owner: 'ada', purpose, name });
    const body = new Uint8Array(content);
    return fetch(`${service.url}/internal/v1/upload?${String(query)}`, { method: 'POST', body });
  };
  const directly: Send = async (name, content, purpose) => {
    const headers = { 'x-test-user': 'ada', 'content-type': 'application/json', 'idempotency-key': newId() };
    const uploads = `${service.url}/v1/storage/uploads`;
    const announcement = JSON.stringify({ name, purpose, size: content.length });
    const { fields, uploadId } = directUploadForm.parse(
      await (await fetch(uploads, { method: 'POST', headers, body: announcement })).json(),
    );
    const form = new FormData();
    for (const [field, value] of Object.entries(fields)) form.set(field, value);
    form.set('file', new Blob([new Uint8Array(content)]), name);
    expect((await fetch(`${service.url}/files`, { method: 'POST', body: form })).status).to.equal(204);
    return fetch(`${uploads}/${uploadId}/complete`, { method: 'POST', headers });
  };
  const WAYS: Readonly<Record<string, Send>> = { 'through a service': throughService, directly };

  const expectRefusal = async (reply: Response, because: RegExp): Promise<void> => {
    const { type, detail } = (await reply.json()) as { type: string; detail: string };
    expect([reply.status, type]).to.deep.equal([422, 'urn:lego-moc:problem:archive-refused']);
    expect(detail).to.match(because);
    expect(scans).to.equal(0);
  };

  for (const [way, send] of Object.entries(WAYS)) {
    for (const [name, { mediaType, pack }] of Object.entries(KINDS))
      it(`refuses ${name} sent ${way} that unpacks to a hundred times its size, before the scanner sees it`, async () => {
        const harmless = await send(name, pack('3001,4,8\n'.repeat(100)), 'parts-list');
        expect(await harmless.json()).to.include({ mediaType });
        expect(scans).to.equal(1);
        scans = 0;
        await expectRefusal(await send(name, pack(Buffer.alloc(2 * MEBIBYTE)), 'parts-list'), /100 times its size/);
      });

    for (const [label, { archive, because }] of Object.entries(FAULTS))
      for (const purpose of PURPOSES)
        it(`refuses a zip with ${label} sent ${way} as ${purpose}, before the scanner sees it`, async () => {
          await expectRefusal(await send('crane.io', archive(), purpose), because);
        });
  }

  it('takes everything for an archive that begins like one, whatever follows', async () => {
    const beginnings = fc.constantFrom([0x50, 0x4b, 0x03, 0x04], [0x1f, 0x8b, 0x08]);
    await fc.assert(
      fc.asyncProperty(beginnings, fc.uint8Array({ maxLength: 200 }), async (beginning, rest) => {
        expect(isArchive(await fileTypeSniffer(Uint8Array.from([...beginning, ...rest]), 'crane.csv'))).to.equal(true);
      }),
    );
  });
});
