import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import { pollUntil } from '@lego-moc/application/poll-until';
import { after as later } from '@lego-moc/kernel/instant';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { eventStoreForTests } from '@lego-moc/testing/event-store-for-tests';
import { withStorage } from './command-line.ts';
import { directUploadForm, storedFile, type DirectUploadForm } from './contracts/http-api.ts';
import { fileNamesBelow, serviceProcess, type RunningService, type ServiceProcess } from './testing/service-process.ts';

/** Its checks take long enough for the log to be cut off while they go on. */
const LIST = `Part,Color,Quantity\n${'3001,4,8\n'.repeat(2_000_000)}`;
const THREE_HOURS_MS = 3 * 3_600_000;

type Answer = { readonly status: number; readonly body: unknown };

describe('killing the service between the steps of a direct upload', function () {
  this.timeout(60_000);

  let service: ServiceProcess;
  before(async () => {
    service = await serviceProcess();
  });
  after(() => service.remove());
  afterEach(() => service.kill());

  const user = { id: `direct-${newId()}` as UserId, roles: [] };

  const post = async ({ client }: RunningService, path: string, key: string, json?: object): Promise<Answer> => {
    const context = { correlationId: newId(), user };
    return client.call({ method: 'POST', path, headers: { 'idempotency-key': key }, json, context });
  };
  const begin = async (running: RunningService, key: string): Promise<DirectUploadForm> => {
    const sha256 = createHash('sha256').update(LIST).digest('hex');
    const announcement = { name: 'crane.csv', purpose: 'parts-list', mediaType: 'text/csv', size: LIST.length, sha256 };
    const { body } = await post(running, '/v1/storage/uploads', key, announcement);
    return directUploadForm.parse(body);
  };
  const complete = (running: RunningService, { uploadId }: DirectUploadForm): Promise<Answer> =>
    post(running, `/v1/storage/uploads/${uploadId}/complete`, newId());
  const sendForm = async ({ url }: RunningService, { fields }: DirectUploadForm): Promise<number> => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    form.set('file', new Blob([LIST]), 'crane.csv');
    return (await fetch(`${url}/files`, { method: 'POST', body: form })).status;
  };

  const names = (folder: string): Promise<string[]> => fileNamesBelow(join(service.dataDir, 'files/objects', folder));

  /** What a process of the service finds here at this moment, or at a later one. */
  const inspect = async (eventStoreUrl: string, uploadId: string, sweepAt?: Instant) =>
    withStorage(
      async ({ accounts, load, sweep, sweepOffers }) => {
        if (sweepAt !== undefined) {
          await sweep({ before: sweepAt });
          await sweepOffers(sweepAt);
        }
        const { usedBytes, reservedBytes, fileCount } = await accounts.load(user.id);
        return { usedBytes, reservedBytes, fileCount, status: (await load(uploadId)).status };
      },
      { ...service.environment(eventStoreUrl, {}), LOG_LEVEL: 'error' },
    );

  /** Kills the service as soon as it has begun to complete the upload, whose checks take a while. */
  const killWhileCompleting = async (running: RunningService, form: DirectUploadForm): Promise<void> => {
    expect(await sendForm(running, form)).to.be.within(200, 204);
    const answer = complete(running, form).then(
      ({ status }) => status,
      () => 'lost',
    );
    while ((await names(`pending/${form.uploadId}`)).length === 0) await sleep(1);
    await service.kill();
    expect(await answer).to.equal('lost');
  };

  it('makes one whole file of it when its sender goes on with the service that follows', async () => {
    const { url } = await eventStoreForTests();
    const key = newId();
    const first = await service.start(url);
    const { uploadId } = await begin(first, key);
    await killWhileCompleting(first, await begin(first, key));

    const running = await service.start(url);
    const form = await begin(running, key);
    expect(form.uploadId).to.equal(uploadId);
    const answer = await pollUntil(
      'the upload is completed',
      () => complete(running, form),
      ({ status }) => status === 200,
    );
    expect(storedFile.parse(answer.body)).to.include({ fileId: uploadId, size: LIST.length });
    await pollUntil('nothing is in progress', async () => (await names('pending')).length === 0);
    expect(await inspect(url, uploadId)).to.deep.equal({
      ...{ usedBytes: LIST.length, reservedBytes: 0, fileCount: 1, status: 'stored' },
    });
  });

  it('frees the space and removes the bytes two hours later when nobody goes on', async () => {
    const { url } = await eventStoreForTests();
    const running = await service.start(url);
    const form = await begin(running, newId());
    const { uploadId } = form;
    await killWhileCompleting(running, form);
    expect((await inspect(url, uploadId)).reservedBytes).to.be.at.least(LIST.length);
    const sweepAt = later(new Date().toISOString() as Instant, THREE_HOURS_MS);
    expect(await inspect(url, uploadId, sweepAt)).to.include({
      ...{ reservedBytes: 0, usedBytes: 0, fileCount: 0, status: 'discarded' },
    });
    const remains = await Promise.all([uploadId, 'incoming', 'offered', 'pending'].map(names));
    expect(remains.flat()).to.deep.equal([]);
  });
});
