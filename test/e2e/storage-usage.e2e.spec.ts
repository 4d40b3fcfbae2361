import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { devUserId } from '@lego-moc/embedded-identity/issue-token';
import { storageUsage, type StorageUsage } from '@lego-moc/file-storage/contracts/http-api';
import { mocReply } from '@lego-moc/moc-management/contracts/http-api';
import { json, requestsAs, type SendRequest } from './requests.ts';
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
    for (const [index, one] of lists.entries()) body.append('partsLists', one, `${String(index)}.csv`);
    return ask('/api/mocs/with-files', { method: 'POST', body });
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
