import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import { after } from '@lego-moc/kernel/instant';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { stillImages } from '@lego-moc/testing/sample-images';
import { zipOf } from '@lego-moc/testing/zip';
import {
  directUploadForm,
  storedFile,
  storageUsage,
  type DirectUploadForm,
  type DirectUploadRequest,
} from '../../contracts/http-api.ts';
import type { FileId } from '../../domain/file-events.ts';
import type { StoredState } from '../../domain/file.ts';
import { serviceForTests, someCause, type ServiceForTests } from '../../testing/service-for-tests.ts';
import { ScannerUnavailable, type VirusScanner } from '../../application/ports/virus-scanner.ts';
import { EICAR, eicarScanner } from '../virus-scan/eicar-scanner.ts';

const LIST = 'Part,Color,Quantity\n3001,4,8\n';
const QUOTA = 10_000;
const NOON = '2026-01-01T12:00:00.000Z' as Instant;
const HOUR_MS = 3_600_000;

const urn = (code: string): string => `urn:lego-moc:problem:${code}`;
const hashOf = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

describe('uploading a file to the object store directly', function () {
  this.timeout(60_000);
  let service: ServiceForTests;
  let now: Instant;
  let scanner: VirusScanner;

  beforeEach(async () => {
    now = NOON;
    scanner = eicarScanner;
    service = await serviceForTests({
      quotaBytes: QUOTA,
      now: () => now,
      scanner: { begin: () => scanner.begin() },
    });
  });

  const as = (user: string, method: string, path: string, body?: object, key = newId()): Promise<Response> =>
    fetch(service.url + path, {
      method,
      headers: { 'x-test-user': user, 'content-type': 'application/json', 'idempotency-key': key },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const begin = (change: Partial<DirectUploadRequest> = {}, key = newId()): Promise<Response> =>
    as(
      'ada',
      'POST',
      '/v1/storage/uploads',
      { name: 'crane.csv', size: LIST.length, mediaType: 'text/csv', purpose: 'parts-list', ...change },
      key,
    );
  const beginForm = async (change: Partial<DirectUploadRequest> = {}, key?: string): Promise<DirectUploadForm> => {
    const reply = await begin(change, key);
    expect(reply.status, await reply.clone().text()).to.equal(201);
    return directUploadForm.parse(await reply.json());
  };
  const post = (
    { url, fields }: Pick<DirectUploadForm, 'url' | 'fields'>,
    content: string | Uint8Array,
  ): Promise<Response> => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    form.set('file', new Blob([content]), 'anything');
    return fetch(service.url + new URL(url).pathname, { method: 'POST', body: form });
  };
  const sendForm = async (form: DirectUploadForm, content: string | Uint8Array): Promise<void> => {
    expect((await post(form, content)).status).to.equal(204);
  };
  const complete = (uploadId: string, user = 'ada') => as(user, 'POST', `/v1/storage/uploads/${uploadId}/complete`);
  const cancel = (uploadId: string, user = 'ada') => as(user, 'DELETE', `/v1/storage/uploads/${uploadId}`);
  const requestCopy = (source: string, fileId: string, owner = 'ada'): Promise<Response> =>
    fetch(`${service.url}/internal/v1/copy?${String(new URLSearchParams({ fileId, source, owner }))}`, {
      method: 'POST',
    });
  const usage = async () => storageUsage.parse(await (await as('ada', 'GET', '/v1/storage/usage')).json());
  /** Without the markers of offers. */
  const contentKeys = async () => (await service.storedKeys()).filter((key) => !key.startsWith('offered/'));
  const refusal = async (reply: Response): Promise<unknown[]> => [
    reply.status,
    ((await reply.json()) as { type: string }).type,
  ];
  /** An upload of this content, all but completed. */
  const uploadContent = async (
    content: string | Uint8Array,
    change: Partial<DirectUploadRequest> = {},
  ): Promise<string> => {
    const form = await beginForm({ size: content.length, ...change });
    await sendForm(form, content);
    return form.uploadId;
  };

  it('reserves its space, then makes a file of it as any other upload does', async () => {
    const form = await beginForm({ sha256: hashOf(LIST) });
    expect(form.expiresAt).to.equal(after(NOON, HOUR_MS));
    expect(await usage()).to.include({ used: 0, reserved: LIST.length, files: 0 });
    await sendForm(form, LIST);
    expect(await service.eventTypes(form.uploadId)).to.deep.equal(['UploadOffered']);
    const file = storedFile.parse(await (await complete(form.uploadId)).json());
    expect(file).to.include({ fileId: form.uploadId, owner: 'ada', name: 'crane.csv', mediaType: 'text/csv' });
    expect(file.sha256).to.equal(hashOf(LIST));
    expect(await usage()).to.include({ used: LIST.length, reserved: 0, files: 1 });
    expect(await contentKeys()).to.have.length(1);
    const content = await fetch(`${service.url}/internal/v1/files/${form.uploadId}/content`);
    expect(await content.text()).to.equal(LIST);
  });

  it('is completed once, however often and however many at once that is asked', async () => {
    const uploadId = await uploadContent(LIST);
    const replies = await Promise.all([1, 2, 3].map(() => complete(uploadId)));
    replies.push(await complete(uploadId));
    expect(replies.map(({ status }) => status)).to.deep.equal([200, 200, 200, 200]);
    const files = await Promise.all(replies.map((reply) => reply.json()));
    expect(new Set(files.map((file) => JSON.stringify(file))).size).to.equal(1);
    expect(await service.eventTypes(uploadId)).to.deep.equal(['UploadOffered', 'FileStored']);
    expect(await usage()).to.include({ used: LIST.length, reserved: 0, files: 1 });
    expect(await contentKeys()).to.have.length(1);
  });

  it('gives the same form to a request that is repeated, and refuses another one under its key', async () => {
    const form = await beginForm({}, 'key');
    now = after(NOON, 60_000);
    expect(await beginForm({}, 'key')).to.deep.equal(form);
    expect(await refusal(await begin({ name: 'ship.csv' }, 'key'))).to.deep.equal([422, urn('idempotency-key-reused')]);
    expect(await usage()).to.include({ reserved: LIST.length });
  });

  it('is refused with 413 beyond the quota, and takes the whole of it', async () => {
    expect(await refusal(await begin({ size: QUOTA + 1 }))).to.deep.equal([413, urn('quota-exceeded')]);
    const content = LIST.padEnd(QUOTA, '3001,4,8\n');
    const uploadId = await uploadContent(content);
    expect(await refusal(await begin())).to.deep.equal([413, urn('quota-exceeded')]);
    expect((await complete(uploadId)).status).to.equal(200);
    expect(await usage()).to.include({ used: QUOTA, reserved: 0 });
  });

  it('is refused with 413 when it is larger than its purpose may be', async () => {
    const reply = await begin({ size: 21 * 1024 * 1024, purpose: 'thumbnail' });
    expect(await refusal(reply)).to.deep.equal([413, urn('file-too-large')]);
  });

  for (const change of [{ size: 0 }, { size: 1.5 }, { name: '' }, { mediaType: 'text/csv\r\nx: y' }, { sha256: 'AB' }])
    it(`is refused with 400 for ${JSON.stringify(change)}`, async () => {
      expect((await begin(change)).status).to.equal(400);
    });

  it('takes nothing but what the form was made for', async () => {
    const form = await beginForm();
    expect(await refusal(await post(form, `${LIST}x`))).to.deep.equal([422, urn('size-mismatch')]);
    expect(await refusal(await post(form, LIST.slice(1)))).to.deep.equal([422, urn('size-mismatch')]);
    const elsewhere = { ...form.fields, key: `incoming/${newId()}` };
    expect(await refusal(await post({ ...form, fields: elsewhere }, LIST))).to.deep.equal([
      403,
      urn('signature-invalid'),
    ]);
    expect(await refusal(await post({ ...form, fields: {} }, LIST))).to.deep.equal([403, urn('signature-invalid')]);
    now = after(NOON, HOUR_MS);
    expect(await refusal(await post(form, LIST))).to.deep.equal([403, urn('form-expired')]);
    expect(await refusal(await complete(form.uploadId))).to.deep.equal([409, urn('upload-incomplete')]);
    expect((await service.storedKeys()).filter((key) => key.startsWith('incoming/'))).to.deep.equal([]);
  });

  const bomb = zipOf({ name: 'model.ldr', content: Buffer.alloc(2 * 1024 * 1024), isDeflated: true });
  for (const [label, content, change, code] of [
    ['a web page', '<html><title>Sign in</title></html>', {}, 'media-type-refused'],
    ['a virus', `Part,Color,Quantity\n${EICAR}`, {}, 'infected'],
    ['an archive made to do harm', bomb, {}, 'archive-refused'],
    ['a cut-off image', stillImages.PNG.subarray(0, 60), { purpose: 'thumbnail' }, 'image-unreadable'],
    ['content of another checksum', LIST, { sha256: hashOf('else') }, 'checksum-mismatch'],
  ] as const)
    it(`is refused with 422 for ${label}, of which only the space stays reserved until it is given up`, async () => {
      const uploadId = await uploadContent(content, change);
      expect(await refusal(await complete(uploadId))).to.deep.equal([422, urn(code)]);
      expect(await usage()).to.include({ used: 0, reserved: content.length, files: 0 });
      expect(await service.storedKeys()).to.deep.equal([`offered/${uploadId}`]);
      expect(await refusal(await complete(uploadId))).to.deep.equal([409, urn('upload-incomplete')]);
      expect((await cancel(uploadId)).status).to.equal(204);
      expect(await usage()).to.include({ used: 0, reserved: 0, files: 0 });
    });

  it('can send the right content after the wrong one', async () => {
    const form = await beginForm({ sha256: hashOf(LIST) });
    await sendForm(form, LIST.replace('4', '5'));
    expect((await complete(form.uploadId)).status).to.equal(422);
    await sendForm(form, LIST);
    expect((await complete(form.uploadId)).status).to.equal(200);
  });

  it('is completed later when the scanner does not answer', async () => {
    const uploadId = await uploadContent(LIST);
    scanner = { begin: () => Promise.reject(new ScannerUnavailable(new Error('down'))) };
    expect((await complete(uploadId)).status).to.equal(503);
    scanner = eicarScanner;
    expect((await complete(uploadId)).status).to.equal(200);
    expect(await usage()).to.include({ used: LIST.length, reserved: 0 });
  });

  it('stores a WebP in place of an image', async () => {
    const image = stillImages.PNG;
    const uploadId = await uploadContent(image, { purpose: 'thumbnail', name: 'crane.png', sha256: hashOf(image) });
    const reply = await complete(uploadId);
    expect(reply.status, await reply.clone().text()).to.equal(200);
    const file = storedFile.parse(await reply.json());
    expect(file).to.include({ mediaType: 'image/webp', name: 'crane.webp', sentSha256: hashOf(image) });
  });

  it('frees everything when it is given up, also twice, and when its file is deleted', async () => {
    for (const isCompleted of [false, true]) {
      const uploadId = await uploadContent(LIST);
      if (isCompleted) expect((await complete(uploadId)).status).to.equal(200);
      expect([(await cancel(uploadId)).status, (await cancel(uploadId)).status]).to.deep.equal([204, 204]);
      expect(await usage()).to.include({ used: 0, reserved: 0, files: 0 });
      expect(await service.storedKeys()).to.deep.equal([]);
      expect(await refusal(await complete(uploadId))).to.deep.equal([410, urn('file-discarded')]);
    }
  });

  it('is nobody else’s: 404 as for an unknown one, 401 without a user', async () => {
    const uploadId = await uploadContent(LIST);
    for (const ask of [complete, cancel])
      for (const id of [uploadId, newId()])
        expect(await refusal(await ask(id, 'bob'))).to.deep.equal([404, urn('upload-not-found')]);
    const anonymous = { method: 'POST', headers: { 'x-test-anonymous': 'yes' } };
    expect((await fetch(`${service.url}/v1/storage/uploads/${uploadId}/complete`, anonymous)).status).to.equal(401);
    expect((await complete(uploadId)).status).to.equal(200);
  });

  it('touches no file that arrived another way', async () => {
    const fileId = newId();
    const query = new URLSearchParams({ fileId, owner: 'ada', purpose: 'parts-list', name: 'a.csv' });
    await fetch(`${service.url}/internal/v1/upload?${String(query)}`, { method: 'POST', body: LIST });
    expect((await cancel(fileId)).status).to.equal(404);
    expect(await service.eventTypes(fileId)).to.deep.equal(['FileStored']);
  });

  describe('and leaving it', () => {
    /** The store dates its objects by the clock of this machine. */
    const inHours = (hours: number): Instant => after(new Date().toISOString() as Instant, hours * HOUR_MS);
    beforeEach(() => {
      now = inHours(0);
    });

    it('frees its space and its bytes two hours after it began, and not before', async () => {
      const uploadId = await uploadContent(LIST);
      expect(await service.sweepOffers(inHours(1.9))).to.equal(0);
      expect(await usage()).to.include({ reserved: LIST.length });
      expect(await service.sweepOffers(inHours(2.1))).to.equal(1);
      expect(await usage()).to.include({ used: 0, reserved: 0 });
      expect(await service.storedKeys()).to.deep.equal([]);
      expect(await service.eventTypes(uploadId)).to.deep.equal(['UploadOffered', 'FileDiscarded']);
      expect(await refusal(await complete(uploadId))).to.deep.equal([410, urn('file-discarded')]);
      expect(await service.sweepOffers(inHours(3))).to.equal(0);
    });

    it('deletes its file two hours after it was completed, with all that a killed completion has left', async () => {
      const uploadId = await uploadContent(LIST);
      now = inHours(1.5);
      expect((await complete(uploadId)).status).to.equal(200);
      await service.objects.put(`incoming/${uploadId}`, [Buffer.from(LIST)] as unknown as AsyncIterable<Uint8Array>);
      expect(await service.sweepOffers(inHours(3.4))).to.equal(0);
      expect(await usage()).to.include({ used: LIST.length, files: 1 });
      expect(await service.sweepOffers(inHours(3.6))).to.equal(1);
      expect(await usage()).to.include({ used: 0, reserved: 0, files: 0 });
      expect(await service.storedKeys()).to.deep.equal([]);
      expect(await service.sweepOffers(inHours(4))).to.equal(0);
    });

    it('keeps the content for a file that is a copy, whose own content it is from then on', async () => {
      const uploadId = await uploadContent(LIST);
      expect((await complete(uploadId)).status).to.equal(200);
      const fileId = newId();
      const reply = await requestCopy(uploadId, fileId);
      expect(reply.status).to.equal(201);
      expect(storedFile.parse(await reply.json())).to.include({ fileId, owner: 'ada', sha256: hashOf(LIST) });
      expect(await usage()).to.include({ used: LIST.length, files: 2, shared: LIST.length });
      expect(await service.sweepOffers(inHours(2.1))).to.equal(1);
      expect(await usage()).to.include({ used: LIST.length, files: 1, shared: 0 });
      const content = await fetch(`${service.url}/internal/v1/files/${fileId}/content`);
      expect(await content.text()).to.equal(LIST);
      expect((await requestCopy(uploadId, fileId)).status).to.equal(200);
    });

    it('is copied for somebody else when the caller says whose it is: stored again, within their quota', async () => {
      const uploadId = await uploadContent(LIST);
      expect((await complete(uploadId)).status).to.equal(200);
      const fileId = newId();
      const copyFor = (owner: string, sourceOwner: string, id = fileId) =>
        fetch(
          `${service.url}/internal/v1/copy?${String(new URLSearchParams({ fileId: id, source: uploadId, owner, sourceOwner }))}`,
          { method: 'POST' },
        );
      expect(await refusal(await copyFor('bob', 'eve'))).to.deep.equal([404, urn('file-not-found')]);
      const [first, second] = await Promise.all([copyFor('bob', 'ada'), copyFor('bob', 'ada')]);
      expect([first.status, second.status]).to.deep.equal([201, 201]);
      expect(storedFile.parse(await first.json())).to.include({ fileId, owner: 'bob', sha256: hashOf(LIST) });
      expect(await usage()).to.include({ used: LIST.length, files: 1 });
      expect((await cancel(uploadId)).status).to.equal(204);
      const content = await fetch(`${service.url}/internal/v1/files/${fileId}/content`);
      expect(await content.text()).to.equal(LIST);
      expect((await copyFor('bob', 'ada')).status).to.equal(200);
      expect((await contentKeys()).filter((key) => key.startsWith('pending/'))).to.deep.equal([]);

      const large = await uploadContent('x'.repeat(QUOTA - 10));
      expect((await complete(large)).status).to.equal(200);
      const tooMuch = new URLSearchParams({ fileId: newId(), source: large, owner: 'bob', sourceOwner: 'ada' });
      const reply = await fetch(`${service.url}/internal/v1/copy?${String(tooMuch)}`, { method: 'POST' });
      expect(await refusal(reply)).to.deep.equal([413, urn('quota-exceeded')]);
    });

    it('lets no copy be made of what is not a file of that owner, which leaves nothing behind', async () => {
      const uploadId = await uploadContent(LIST);
      const tryCopy = async (owner?: string) => refusal(await requestCopy(uploadId, newId(), owner));
      expect(await tryCopy()).to.deep.equal([404, urn('file-not-found')]);
      expect((await complete(uploadId)).status).to.equal(200);
      expect(await tryCopy('bob')).to.deep.equal([404, urn('file-not-found')]);
      // The space is freed before the bytes go: a copy that comes in between has no content to share.
      const file = await service.load(uploadId as FileId);
      await service.accounts.release('ada' as UserId, (file as StoredState).key, someCause());
      expect(await tryCopy()).to.deep.equal([404, urn('file-not-found')]);
      expect(await usage()).to.include({ used: 0, reserved: 0, files: 0 });
      expect((await contentKeys()).filter((key) => key.startsWith('pending/'))).to.deep.equal([]);
    });
  });
});
