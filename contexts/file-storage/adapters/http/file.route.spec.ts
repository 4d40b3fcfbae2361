import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { after } from '@lego-moc/kernel/instant';
import { systemClock } from '@lego-moc/application/clock';
import { newId } from '@lego-moc/application/new-id';
import { stillImages } from '@lego-moc/testing/sample-images';
import { serviceForTests, type ServiceForTests } from '../../testing/service-for-tests.ts';

const LIST = 'Part,Color,Quantity\n3001,4,8\n';

describe('reading and discarding files over HTTP', () => {
  let service: ServiceForTests;
  let now = systemClock;

  before(async () => {
    service = await serviceForTests({ now: () => now() });
  });
  beforeEach(() => {
    now = systemClock;
  });

  const storeFile = async (
    name = 'list.csv',
    content: string | Uint8Array<ArrayBuffer> = LIST,
    purpose = 'parts-list',
  ): Promise<string> => {
    const fileId = newId();
    const query = new URLSearchParams({ fileId, owner: newId(), purpose, name });
    const { status } = await fetch(`${service.url}/internal/v1/upload?${String(query)}`, {
      method: 'POST',
      body: content,
    });
    expect(status).to.equal(201);
    return fileId;
  };

  const get = (path: string, headers = {}): Promise<Response> => fetch(service.url + path, { headers });
  const problemAt = async (path: string): Promise<unknown[]> => {
    const response = await get(path);
    return [response.status, ((await response.json()) as { type: string }).type];
  };

  const link = async (fileId: string, downloadName?: string): Promise<string> => {
    const query = new URLSearchParams({ fileId, ...(downloadName === undefined ? {} : { downloadName }) });
    const response = await get(`/internal/v1/signed-url?${String(query)}`);
    const { url } = (await response.json()) as { url: string };
    return url.replace('http://files.test', '');
  };

  const discard = (fileId: string): Promise<Response> =>
    fetch(`${service.url}/internal/v1/files/${fileId}`, { method: 'DELETE' });

  it('describes a file', async () => {
    const fileId = await storeFile();
    const response = await get(`/internal/v1/files/${fileId}`);
    expect(await response.json()).to.include({ fileId, name: 'list.csv', mediaType: 'text/csv', size: LIST.length });
  });

  it('returns the content', async () => {
    const response = await get(`/internal/v1/files/${await storeFile()}/content`);
    expect(response.headers.get('content-type')).to.equal('text/csv');
    expect(await response.text()).to.equal(LIST);
  });

  it('answers 404 for unknown files', async () => {
    for (const path of [`files/${newId()}`, `files/${newId()}/content`, `signed-url?fileId=${newId()}`])
      expect(await problemAt(`/internal/v1/${path}`)).to.deep.equal([404, 'urn:lego-moc:problem:file-not-found']);
    expect((await get('/internal/v1/files/..%2f..%2fetc')).status).to.equal(400);
  });

  it('serves a signed URL without authentication', async () => {
    const response = await get(await link(await storeFile()), { 'x-test-anonymous': 'yes' });
    expect(response.status).to.equal(200);
    expect(await response.text()).to.equal(LIST);
    expect(response.headers.get('content-disposition')).to.match(/^attachment; filename=list\.csv$/u);
    expect(response.headers.get('x-content-type-options')).to.equal('nosniff');
    expect(response.headers.get('content-security-policy')).to.equal("default-src 'none'; sandbox");
  });

  it('names the SHA-256 of the whole content in each download of it, or of a part', async () => {
    const fileId = await storeFile();
    const digest = `sha-256=:${createHash('sha256').update(LIST).digest('base64')}:`;
    const linkPath = await link(fileId);
    for (const [path, headers, status] of [
      [`/internal/v1/files/${fileId}/content`, {}, 200],
      [linkPath, {}, 200],
      [linkPath, { range: 'bytes=0-3' }, 206],
    ] as const) {
      const response = await get(path, headers);
      await response.arrayBuffer();
      expect([response.status, response.headers.get('repr-digest')]).to.deep.equal([status, digest]);
    }
    expect((await get(linkPath.replace(/sha256=[0-9a-f]/u, 'sha256=x'))).status).to.equal(403);
  });

  it('shows images in the page, and saves them when a name is given', async () => {
    const fileId = await storeFile('photo.png', new Uint8Array(stillImages.PNG), 'gallery-image');
    expect((await get(await link(fileId))).headers.get('content-disposition')).to.equal('inline');
    expect((await get(await link(fileId, 'p.png'))).headers.get('content-disposition')).to.match(/^attachment/u);
  });

  it('sanitises the name in the header', async () => {
    const response = await get(await link(await storeFile(), 'a"\r\nSet-Cookie: evil=1\r\n\r\n../../ü\u202E.csv'));
    expect(response.status).to.equal(200);
    expect(response.headers.has('set-cookie')).to.equal(false);
    expect(response.headers.get('content-disposition')).to.equal(
      `attachment; filename="a_Set-Cookie_ evil=1.._..__.csv"; filename*=UTF-8''a_Set-Cookie_%20evil%3D1.._.._%C3%BC.csv`,
    );
  });

  it('refuses a signed URL that was changed in any part', async () => {
    const [firstUrl, other] = [await link(await storeFile()), await link(await storeFile())];
    const [path = '', query = ''] = firstUrl.split('?');
    const [otherPath = ''] = other.split('?');
    for (const changedUrl of [
      `${otherPath}?${query}`,
      `${path}?${query.replace(/expires=\d/u, 'expires=9')}`,
      `${path}?${query.replace('text%2Fcsv', 'text%2Fhtml')}`,
      `${path}?${query}&downloadName=x.html`,
      `${path}?${query.replace('signature=', 'signature=A')}`,
      path,
      '/files/../../etc/passwd',
      '/files/..%2f..%2f..%2fetc%2fpasswd?signature=x',
      '/files/%00?signature=x',
    ])
      expect((await get(changedUrl)).status, changedUrl).to.be.oneOf([400, 403, 404]);
    expect(await problemAt(path)).to.deep.equal([403, 'urn:lego-moc:problem:signature-invalid']);
  });

  it('refuses a signed URL that has expired', async () => {
    const url = await link(await storeFile());
    now = () => after(systemClock(), 301_000);
    expect(await problemAt(url)).to.deep.equal([403, 'urn:lego-moc:problem:link-expired']);
  });

  it('serves ranges', async () => {
    const url = await link(await storeFile());
    const part = async (range: string): Promise<unknown[]> => {
      const response = await get(url, { range });
      return [response.status, response.headers.get('content-range'), await response.text()];
    };
    const size = LIST.length;
    expect(await part('bytes=0-3')).to.deep.equal([206, `bytes 0-3/${size}`, 'Part']);
    expect(await part('bytes=-2')).to.deep.equal([206, `bytes ${size - 2}-${size - 1}/${size}`, '8\n']);
    expect(await part(`bytes=${size - 1}-999`)).to.deep.equal([206, `bytes ${size - 1}-${size - 1}/${size}`, '\n']);
    expect((await part(`bytes=${size}-`)).slice(0, 2)).to.deep.equal([416, `bytes */${size}`]);
    expect((await part('bytes=0-1,3-4')).slice(0, 2)).to.deep.equal([200, null]);
  });

  it('discards a file with its bytes and links, also twice', async () => {
    const fileId = await storeFile();
    const url = await link(fileId);
    expect((await discard(fileId)).status).to.equal(204);
    expect((await discard(fileId)).status).to.equal(204);
    expect((await service.storedKeys()).filter((key) => key.startsWith(fileId))).to.deep.equal([]);
    expect(await service.eventTypes(fileId)).to.deep.equal(['FileStored', 'FileDiscarded']);
    expect(await problemAt(`/internal/v1/files/${fileId}`)).to.deep.equal([410, 'urn:lego-moc:problem:file-discarded']);
    expect((await get(url)).status).to.equal(404);
  });

  it('refuses a late upload under a discarded id', async () => {
    const fileId = newId();
    await discard(fileId);
    const query = new URLSearchParams({ fileId, owner: 'ada', purpose: 'parts-list', name: 'a.csv' });
    const late = await fetch(`${service.url}/internal/v1/upload?${String(query)}`, { method: 'POST', body: LIST });
    expect(late.status).to.equal(410);
    expect((await service.storedKeys()).filter((key) => key.startsWith(fileId))).to.deep.equal([]);
  });
});
