import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import type { UserId } from '@lego-moc/kernel/message';
import { storageUsage, type StorageUsage } from '../../contracts/http-api.ts';
import { serviceForTests, type ServiceForTests } from '../../testing/service-for-tests.ts';

const KILOBYTE = 1_000;
const ada = 'ada' as UserId;

/** A list of so many bytes; `seed` makes it another one. */
const list = (bytes: number, seed = ''): string => `Part,Color,Quantity\n${seed}`.padEnd(bytes, '3001,4,8\n');

/** Without a Content-Length. */
const streamOf = (text: string): ReadableStream => new Blob([text]).stream();

type UploadParts = {
  readonly fileId?: string;
  readonly owner?: string;
  readonly roles?: string;
  readonly body: string | ReadableStream;
};

describe('what a user’s files take', () => {
  let service: ServiceForTests;

  beforeEach(async () => {
    service = await serviceForTests({ quotaBytes: 100 * KILOBYTE });
  });

  const upload = ({ fileId = newId(), owner = ada, roles = '', body }: UploadParts): Promise<Response> => {
    const query = new URLSearchParams({ fileId, owner, purpose: 'parts-list', name: 'a.csv', roles });
    return fetch(`${service.url}/internal/v1/upload?${String(query)}`, { method: 'POST', body, duplex: 'half' });
  };
  const storeFile = async (body: string, fileId = newId()): Promise<string> => {
    expect((await upload({ fileId, body })).status).to.equal(201);
    return fileId;
  };
  const discard = (fileId: string) => fetch(`${service.url}/internal/v1/files/${fileId}`, { method: 'DELETE' });
  const as = (user: string, path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(service.url + path, { ...init, headers: { 'x-test-user': user, 'content-type': 'application/json' } });
  const usage = async (user = 'ada'): Promise<StorageUsage> =>
    storageUsage.parse(await (await as(user, '/v1/storage/usage')).json());
  const setQuota = (of: string, bytes: number | null, user = 'root operator') =>
    as(user, `/ops/quotas/${of}`, { method: 'PUT', body: JSON.stringify({ bytes }) });
  const refusal = async (reply: Response) => ({ status: reply.status, ...((await reply.json()) as object) });

  it('is nothing at first', async () => {
    expect(await usage()).to.deep.equal({
      ...{ used: 0, reserved: 0, files: 0, shared: 0 },
      ...{ limit: 100 * KILOBYTE, wouldFit: 100 * KILOBYTE },
    });
  });

  it('is the exact size of what is stored, and nothing again once it is discarded', async () => {
    const fileId = await storeFile(list(30 * KILOBYTE));
    expect(await usage()).to.include({ used: 30 * KILOBYTE, reserved: 0, files: 1, wouldFit: 70 * KILOBYTE });
    await discard(fileId);
    expect(await usage()).to.include({ used: 0, reserved: 0, files: 0 });
  });

  it('counts the same content once, and keeps it until its last file is discarded', async () => {
    const content = list(30 * KILOBYTE);
    const [first, second] = [await storeFile(content), await storeFile(content)];
    expect(await usage()).to.include({ used: 30 * KILOBYTE, files: 2, shared: 30 * KILOBYTE });
    expect(await service.storedKeys()).to.have.length(1);
    await discard(first);
    expect(await (await fetch(`${service.url}/internal/v1/files/${second}/content`)).text()).to.equal(content);
    await discard(second);
    expect(await usage()).to.include({ used: 0, files: 0, shared: 0 });
    expect(await service.storedKeys()).to.deep.equal([]);
  });

  it('shares no content between users', async () => {
    const content = list(30 * KILOBYTE);
    await storeFile(content);
    expect((await upload({ owner: 'bob', body: content })).status).to.equal(201);
    expect(await usage('bob')).to.include({ used: 30 * KILOBYTE, shared: 0 });
    expect(await service.storedKeys()).to.have.length(2);
  });

  it('counts an upload that is repeated once', async () => {
    const fileId = await storeFile(list(30 * KILOBYTE));
    expect((await upload({ fileId, body: list(30 * KILOBYTE) })).status).to.equal(200);
    expect(await usage()).to.include({ used: 30 * KILOBYTE, files: 1, reserved: 0 });
  });

  for (const [label, body] of [
    ['whose size is declared', () => list(71 * KILOBYTE)],
    ['whose size is not', () => streamOf(list(71 * KILOBYTE))],
  ] as const)
    it(`is not exceeded by an upload ${label}: 413 with used, limit and what would fit`, async () => {
      await storeFile(list(30 * KILOBYTE));
      const answer = await refusal(await upload({ body: body() }));
      expect(answer).to.include({
        ...{ status: 413, type: 'urn:lego-moc:problem:quota-exceeded' },
        ...{ used: 30 * KILOBYTE, limit: 100 * KILOBYTE, wouldFit: 70 * KILOBYTE },
      });
      expect(await usage()).to.include({ used: 30 * KILOBYTE, reserved: 0 });
      expect(await service.storedKeys()).to.have.length(1);
    });

  it('takes an upload that fills the quota exactly', async () => {
    await storeFile(list(30 * KILOBYTE));
    await storeFile(list(70 * KILOBYTE, 'b'));
    expect(await usage()).to.include({ used: 100 * KILOBYTE, wouldFit: 0 });
    expect((await upload({ body: list(30) })).status).to.equal(413);
  });

  it('never exceeds the quota with twenty uploads at once, and leaves nothing reserved', async () => {
    const uploads = Array.from({ length: 20 }, (_, index) =>
      upload({ body: streamOf(list(10 * KILOBYTE, String(index))) }),
    );
    const statuses = (await Promise.all(uploads)).map(({ status }) => status);
    const acceptedCount = statuses.filter((status) => status === 201).length;
    expect([...new Set(statuses)].toSorted()).to.deep.equal([201, 413]);
    expect(acceptedCount).to.be.within(1, 10);
    expect(await usage()).to.include({ used: acceptedCount * 10 * KILOBYTE, reserved: 0, files: acceptedCount });
  });

  it('sets nothing aside for a refused upload', async () => {
    expect((await upload({ body: '<html><body>Sign in</body></html>' })).status).to.equal(422);
    expect(await usage()).to.include({ used: 0, reserved: 0 });
  });

  it('is limited as operators say for the user, else for the largest of the roles', async () => {
    expect((await setQuota('roles/builder', 200 * KILOBYTE)).status).to.equal(200);
    expect((await setQuota('roles/guest', 10)).status).to.equal(200);
    expect(await usage('ada builder guest')).to.include({ limit: 200 * KILOBYTE });
    expect((await upload({ roles: 'guest,builder', body: list(150 * KILOBYTE) })).status).to.equal(201);
    expect((await setQuota('users/ada', 160 * KILOBYTE)).status).to.equal(200);
    expect(await usage('ada builder')).to.include({ limit: 160 * KILOBYTE, wouldFit: 10 * KILOBYTE });
    expect(await (await as('root operator', '/ops/quotas/users/ada')).json()).to.include({ quota: 160 * KILOBYTE });
    await setQuota('users/ada', null);
    await setQuota('roles/builder', null);
    expect(await (await as('root operator', '/ops/quotas')).json()).to.deep.equal({
      default: 100 * KILOBYTE,
      roles: { guest: 10 },
    });
  });

  it('is no business of others: 401 without a user, 403 for quotas without the role operator', async () => {
    const anonymous = { headers: { 'x-test-anonymous': 'yes' } };
    expect((await fetch(`${service.url}/v1/storage/usage`, anonymous)).status).to.equal(401);
    expect((await setQuota('users/ada', 5, 'ada')).status).to.equal(403);
    expect((await as('ada', '/ops/quotas/users/bob')).status).to.equal(403);
  });

  for (const bytes of [-1, 1.5, 2 ** 50 + 1])
    it(`refuses a quota of ${String(bytes)} bytes with 400`, async () => {
      expect((await setQuota('users/ada', bytes)).status).to.equal(400);
    });
});
