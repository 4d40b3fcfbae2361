import { expect } from 'chai';
import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '@lego-moc/application/new-id';
import { pollUntil } from '@lego-moc/application/poll-until';
import type { UserId } from '@lego-moc/kernel/message';
import { fileProcessingClient, type FileProcessingClient } from './contracts/client.ts';
import { lotsReply, type JobReply } from './contracts/http-api.ts';
import { fakeFileStorage, type FakeFileStorage } from './testing/fake-file-storage.ts';
import { runningService, type RunningService } from './testing/running-service.ts';

const cause = () => ({ commandId: newId(), correlationId: newId(), actor: 'ada' });

const csv = (lots: number) =>
  Buffer.from(
    `Part,Color,Quantity\n${Array.from({ length: lots }, (_, n) => `${n % 7 === 0 ? 'unheard-of' : '3001'},4,2\n`).join('')}`,
  );

describe('a running file-processing service', function () {
  this.timeout(90_000);
  let storage: FakeFileStorage;
  let service: RunningService;
  let client: FileProcessingClient;

  const submit = async (content: Uint8Array, stallAfterBytes?: number): Promise<{ jobId: string; fileId: string }> => {
    const ids = { jobId: newId(), fileId: newId() };
    storage.put(ids.fileId, content, stallAfterBytes);
    const reference = { mocId: newId(), partsListId: newId() };
    await client.processFile({ ...ids, fileName: 'list.csv', reference, owner: 'ada' as UserId }, cause());
    return ids;
  };

  const jobWhen = async (jobId: string, isReached: (job: JobReply) => boolean): Promise<JobReply> => {
    const job = await pollUntil(
      `job ${jobId} gets there`,
      () => client.job(jobId),
      (reply) => reply !== undefined && isReached(reply),
    );
    return job!;
  };
  const whenFinished = (jobId: string) => jobWhen(jobId, ({ status }) => status === 'completed' || status === 'failed');

  before(async () => {
    storage = await fakeFileStorage();
    service = await runningService(storage.url);
    client = fileProcessingClient(service.call);
    await service.start();
  });
  // A platform that a later test starts on a given event store would share its groups.
  after(() => service.kill());

  it('reads a list of 8,401 lots and reports 1,201 unknown parts with their lines', async () => {
    const { jobId } = await submit(csv(8401));
    const { status, result, progress } = await whenFinished(jobId);
    expect([status, result?.lots, result?.pieces, progress.lots]).to.deep.equal(['completed', 8401, 16_802, 8401]);
    expect(result?.unknownParts.count).to.equal(1201);
    expect(result?.unknownParts.first[1]).to.include({ line: 9, partNumber: 'unheard-of' });
    expect(result?.catalogueRelease).to.equal('starter-1');
  });

  it('pages through the unknown lots, two at a time', async () => {
    const { jobId } = await submit(csv(20));
    await whenFinished(jobId);
    const path = `/v1/jobs/${jobId}/lots?limit=2&unknown=true`;
    const first = lotsReply.parse((await service.call({ method: 'GET', path, idempotent: true })).body);
    expect(first.lots.map(({ lot, line, part }) => [lot, line, part])).to.deep.equal([
      [1, 2, null],
      [8, 9, null],
    ]);
    const next = `${path}&cursor=${String(first.nextCursor)}`;
    const second = lotsReply.parse((await service.call({ method: 'GET', path: next, idempotent: true })).body);
    expect([second.lots.length, second.nextCursor]).to.deep.equal([1, null]);
  });

  it('fails a file with a document type and completes the next one', async () => {
    const poison = await submit(Buffer.from('<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><INVENTORY/>'));
    const good = await submit(csv(3));
    expect((await whenFinished(poison.jobId)).error).to.include({ code: 'document-type-refused', line: 1 });
    expect((await whenFinished(good.jobId)).status).to.equal('completed');
  });

  it('reads a file once when its job is submitted twice', async () => {
    const { jobId, fileId } = await submit(csv(3));
    const { reference, owner } = await whenFinished(jobId);
    await client.processFile({ jobId, fileId, fileName: 'list.csv', reference, owner }, cause());
    await sleep(500);
    expect(storage.reads(fileId)).to.equal(1);
  });

  it('completes a list of 30,000 lots after a kill in the middle of it', async () => {
    const { jobId, fileId } = await submit(csv(30_000), 200_000);
    await jobWhen(jobId, ({ status, progress }) => status === 'parsing' && progress.lots > 10_000);
    await service.kill();
    storage.resume(fileId);
    await service.start();
    const { status, result } = await whenFinished(jobId);
    expect([status, result?.lots, result?.pieces]).to.deep.equal(['completed', 30_000, 60_000]);
    const path = `/v1/jobs/${jobId}/lots?cursor=29990&limit=1000`;
    const { lots } = lotsReply.parse((await service.call({ method: 'GET', path, idempotent: true })).body);
    expect(lots.map(({ lot }) => lot)).to.deep.equal(Array.from({ length: 10 }, (_, n) => 29_991 + n));
  });

  it('answers 401 to unsigned requests', async () => {
    const unsignedReply = await fetch(`${service.url}/v1/jobs/${newId()}`);
    const forgedReply = await fetch(`${service.url}/v1/jobs/${newId()}`, { headers: { 'x-user-id': 'ada' } });
    expect([unsignedReply.status, forgedReply.status]).to.deep.equal([401, 401]);
  });
});
