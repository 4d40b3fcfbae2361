import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { eventStoreDbStreams } from '@lego-moc/event-store/event-store-db-streams';
import { isRejection } from '@lego-moc/kernel/decider';
import { newId } from '@lego-moc/application/new-id';
import { eventStoreForTests } from '@lego-moc/testing/event-store-for-tests';
import type { UserId } from '@lego-moc/kernel/message';
import { fileCodec } from './adapters/event-store/file-codec.ts';
import { storageAccountCodec } from './adapters/event-store/storage-account-codec.ts';
import { storageAccounts } from './application/storage-accounts.ts';
import type { FileStorage, FileToUpload } from './contracts/client.ts';
import { someCause } from './testing/service-for-tests.ts';
import { fileNamesBelow, gateTo, serviceProcess, type ServiceProcess } from './testing/service-process.ts';

const LIST = `Part,Color,Quantity\n${'3001,4,8\n'.repeat(20_000)}`;

describe('killing the service during an upload', function () {
  this.timeout(60_000);

  let service: ServiceProcess;

  before(async () => {
    service = await serviceProcess();
  });
  after(() => service.remove());
  afterEach(() => service.kill());

  const start = async (eventStoreUrl: string): Promise<FileStorage> => (await service.start(eventStoreUrl)).storage;

  const file = (fileId: string, body: FileToUpload['body']): FileToUpload => ({
    fileId,
    owner: 'ada',
    purpose: 'parts-list',
    name: 'crane.csv',
    body,
  });

  const whole = (): FileToUpload['body'] => new PassThrough().end(LIST);

  const eventTypesOf = async (fileId: string): Promise<readonly string[]> => {
    const { client: eventStore } = await eventStoreForTests();
    return (await eventStoreDbStreams(eventStore, 'file', fileCodec).read(fileId)).events.map(({ type }) => type);
  };

  const adasAccount = async () => {
    const { client: eventStore } = await eventStoreForTests();
    const streams = eventStoreDbStreams(eventStore, 'storageAccount', storageAccountCodec);
    return storageAccounts(streams).load('ada' as UserId);
  };

  const objects = (fileId: string): Promise<string[]> =>
    fileNamesBelow(join(service.dataDir, 'files', 'objects', fileId));
  const incoming = (): Promise<string[]> => fileNamesBelow(join(service.dataDir, 'files', 'incoming'));

  it('leaves neither bytes nor event when it dies between them', async () => {
    const { url } = await eventStoreForTests();
    const gate = await gateTo(new URL(url));
    const fileId = newId();
    const body = new PassThrough();
    try {
      const upload = (await start(gate.url)).uploadFile(file(fileId, body), someCause()).catch(() => 'lost');
      body.write(LIST);
      await pollUntil('space is reserved', async () => (await adasAccount()).reservedBytes >= LIST.length);
      await pollUntil('bytes are arriving', async () => (await incoming()).length > 0);
      gate.freeze();
      body.end();
      await pollUntil('all bytes are durable', async () => (await objects(fileId)).length === 1);
      await service.kill();
      expect(await upload).to.equal('lost');
    } finally {
      gate.close();
    }
    expect(await eventTypesOf(fileId)).to.deep.equal([]);

    const storage = await start(url);
    await pollUntil('the orphan is swept up', async () => (await objects(fileId)).length === 0);
    expect(await eventTypesOf(fileId)).to.deep.equal(['UploadAbandoned']);

    const again = await storage.uploadFile(file(fileId, whole()), someCause());
    expect(again).to.include({ fileId, size: LIST.length });
  });

  it('leaves no bytes when it dies while they arrive', async () => {
    const { url } = await eventStoreForTests();
    const fileId = newId();
    const body = new PassThrough();
    const upload = (await start(url)).uploadFile(file(fileId, body), someCause()).catch(() => 'lost');
    body.write(LIST);
    await pollUntil('bytes are arriving', async () => (await incoming()).length > 0);
    await pollUntil('space is reserved', async () => (await adasAccount()).reservedBytes >= LIST.length);
    await service.kill();
    expect(await upload).to.equal('lost');

    await start(url);
    await pollUntil('the half file is swept up', async () => (await incoming()).length === 0);
    await pollUntil('the attempt is abandoned', async () => (await eventTypesOf(fileId)).length > 0);
    expect([await objects(fileId), await eventTypesOf(fileId)]).to.deep.equal([[], ['UploadAbandoned']]);
    await pollUntil('its space is free', async () => (await adasAccount()).reservedBytes === 0);
  });

  it('keeps the file when it dies after the event', async () => {
    const { url } = await eventStoreForTests();
    const fileId = newId();
    await (await start(url)).uploadFile(file(fileId, whole()), someCause());
    await service.kill();

    const storage = await start(url);
    await sleep(1_500); // long enough for a wrong sweep to happen
    const content = await storage.openContent(fileId);
    if (isRejection(content)) throw new Error(content.because);
    expect(await text(content)).to.equal(LIST);
    expect(await storage.uploadFile(file(fileId, whole()), someCause())).to.include({ fileId });
    expect(await eventTypesOf(fileId)).to.deep.equal(['FileStored']);
  });

  it('leaves a service that fulfils its contract', async () => {
    const { url } = await eventStoreForTests();
    const storage = await start(url);
    const [fileId, unknown] = [newId(), newId()];

    expect(await storage.uploadFile(file(unknown, new PassThrough().end()), someCause())).to.include({
      rejected: 'empty-file',
    });
    expect(await storage.describe(unknown)).to.include({ rejected: 'file-not-found' });
    const storedFile = await storage.uploadFile(file(fileId, whole()), someCause());
    expect(await storage.describe(fileId)).to.deep.equal(storedFile);
    expect(await storage.signedUrl(fileId, 'crane.csv'))
      .to.have.property('url')
      .that.matches(/^http.*\/files\//u);
    await storage.discardFile(fileId, someCause());
    await storage.discardFile(fileId, someCause());
    expect(await storage.openContent(fileId)).to.include({ rejected: 'file-discarded' });
    expect(await storage.uploadFile(file(fileId, whole()), someCause())).to.include({ rejected: 'file-discarded' });
  });
});
