import { createHash, randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { devUserId } from '@lego-moc/embedded-identity/issue-token';
import { directUploadForm, storageUsage, type StorageUsage } from '@lego-moc/file-storage/contracts/http-api';
import { downloadReply } from '@lego-moc/moc-management/contracts/files-api';
import { mocReply } from '@lego-moc/moc-management/contracts/http-api';
import { isEventStoreGiven } from '@lego-moc/testing/real-component';
import { json, problemCode, requestsAs, type SendRequest } from './requests.ts';
import { runStorageTool } from './storage-tools.ts';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from './platform.ts';

const SIZE = 60_000;

/** A list of `SIZE` bytes; `seed` makes it another one. */
const list = (seed: string): Blob => new Blob([`Part,Color,Quantity\n${seed}\n`.padEnd(SIZE, '3001,4,8\n')]);

describe('the space of a user’s files, through the gateway', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let user: string;
  let ask: SendRequest;

  before(async () => {
    platform = await sharedPlatform();
  });
  beforeEach(() => {
    user = `storing-${randomUUID()}`;
    ask = requestsAs(platform, user);
  });

  const send = (title: string, ...lists: readonly Blob[]): Promise<Response> => {
    const body = new FormData();
    body.set('title', title);
    for (const [index, partsList] of lists.entries()) body.append('partsLists', partsList, `${String(index)}.csv`);
    return ask('/api/mocs/with-files', { method: 'POST', body });
  };
  const withKey = (init: RequestInit, key: string): RequestInit => ({
    ...init,
    headers: { ...(init.headers as Record<string, string>), 'idempotency-key': key },
  });
  /** Offer, form and completion; returns the id of the file. */
  const sendDirectly = async (purpose: string, content: Blob): Promise<string> => {
    const offer = { name: `${purpose}.txt`, size: content.size, purpose };
    const form = directUploadForm.parse(await (await ask('/api/storage/uploads', json('POST', offer))).json());
    const body = new FormData();
    for (const [name, value] of Object.entries(form.fields)) body.set(name, value);
    body.set('file', content);
    expect((await fetch(form.url, { method: 'POST', body })).status).to.equal(204);
    const completion = await ask(`/api/storage/uploads/${form.uploadId}/complete`, { method: 'POST' });
    expect(completion.status, await completion.clone().text()).to.equal(200);
    return form.uploadId;
  };
  const usage = async (): Promise<StorageUsage> => storageUsage.parse(await (await ask('/api/storage/usage')).json());
  const setQuota = async (bytes: number | null): Promise<void> => {
    const asOperator = requestsAs(platform, 'root', ['operator']);
    const reply = await asOperator(`/ops/file-storage/quotas/users/${devUserId(user)}`, json('PUT', { bytes }));
    expect(reply.status).to.equal(200);
  };

  it('is what was sent, once for the same content, and free again when the MOC is deleted', async () => {
    const reply = await send('Twice the same list', list('a'), list('a'), list('b'));
    const { mocId } = mocReply.parse(await reply.json());
    expect(await usage()).to.include({ used: 2 * SIZE, reserved: 0, files: 3, shared: SIZE, limit: 1_000_000_000 });
    expect((await ask(`/api/mocs/${mocId}`, { method: 'DELETE' })).status).to.equal(204);
    await pollUntil('The files are deleted', usage, ({ files }) => files === 0);
    expect(await usage()).to.include({ used: 0, reserved: 0, shared: 0 });
  });

  it('is counted once for files sent to the object store directly and attached to a MOC', async () => {
    const draft = await ask('/api/mocs', json('POST', { title: 'Uploaded directly' }));
    const { mocId } = mocReply.parse(await draft.json());
    const files = { instruction: new Blob(['%PDF-1.7\n'.padEnd(SIZE, ' ')]), 'parts-list': list('a') };
    for (const [purpose, content] of Object.entries(files)) {
      const uploadId = await sendDirectly(purpose, content);
      const attach = (fileId = uploadId): Promise<Response> =>
        ask(`/api/mocs/${mocId}/files`, withKey(json('POST', { fileId }), uploadId));
      const first = await attach();
      expect(first.status, await first.clone().text()).to.equal(201);
      expect(await (await attach()).json()).to.have.property('mocId', mocId);
      expect(await problemCode(await attach(randomUUID()))).to.equal('idempotency-key-reused');
      const stranger = requestsAs(platform, `stranger-${randomUUID()}`);
      expect((await stranger(`/api/mocs/${mocId}/files`, json('POST', { fileId: uploadId }))).status).to.equal(404);
      const own = mocReply.parse(await (await stranger('/api/mocs', json('POST', { title: purpose }))).json());
      const theft = await stranger(`/api/mocs/${own.mocId}/files`, json('POST', { fileId: uploadId }));
      expect(await problemCode(theft)).to.equal('file-not-found');
    }
    const moc = await pollUntil(
      'The parts list is counted',
      async () => mocReply.parse(await (await ask(`/api/mocs/${mocId}`)).json()),
      ({ partsLists }) => partsLists[0]?.status === 'counted',
    );
    expect(moc.files.map(({ kind, name }) => [kind, name])).to.deep.equal([
      ['instruction', 'instruction.txt'],
      ['parts-list', 'parts-list.txt'],
    ]);
    expect(await usage()).to.include({ used: 2 * SIZE, reserved: 0, files: 4, shared: 2 * SIZE });
    // A given event store holds files of earlier platforms, whose objects are gone.
    if (isEventStoreGiven()) return;
    const audit = await runStorageTool(platform, 'storage-audit', '--content');
    expect(audit).to.deep.include({ unreferenced: [], missing: [], corrupt: [] });
    const { fileId, sha256 } = moc.files[0]!;
    const { url } = downloadReply.parse(await (await ask(`/api/mocs/${mocId}/files/${fileId}`)).json());
    const digest = `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`;
    const download = await fetch(url);
    expect(
      createHash('sha256')
        .update(await download.bytes())
        .digest('hex'),
    ).to.equal(sha256);
    expect(download.headers.get('repr-digest')).to.equal(digest);
  });

  it('refuses with 413 what goes beyond the quota that an operator set, and leaves nothing of it', async () => {
    await setQuota(SIZE + 1_000);
    expect((await send('The first', list('a'))).status).to.equal(201);
    const refusal = await send('The second', list('b'));
    expect(refusal.status).to.equal(413);
    expect(await refusal.json()).to.include({
      ...{ type: 'urn:lego-moc:problem:quota-exceeded', used: SIZE, limit: SIZE + 1_000, wouldFit: 1_000 },
    });
    await pollUntil('The refused upload is undone', usage, ({ reserved }) => reserved === 0);
    expect(await usage()).to.include({ used: SIZE, files: 1 });
    await setQuota(null);
    expect((await send('The second', list('b'))).status).to.equal(201);
  });
});
