import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import type { UserId } from '@lego-moc/kernel/message';
import { EICAR, eicarScanner } from '../adapters/virus-scan/eicar-scanner.ts';
import type { FileId } from '../domain/file-events.ts';
import type { StoredState } from '../domain/file.ts';
import type { VirusScanner } from './ports/virus-scanner.ts';
import { ScannerUnavailable } from './ports/virus-scanner.ts';
import { rescan } from './rescan.ts';
import { serviceForTests, type ServiceForTests } from '../testing/service-for-tests.ts';

const INFECTED_LIST = `Part,Color,Quantity\n${EICAR}\n`;
const CLEAN_LIST = 'Part,Color,Quantity\n3001,4,8\n';

/** The signatures of the day of the upload know nothing yet. */
const ignorant: VirusScanner = {
  begin: () =>
    Promise.resolve({
      write: () => Promise.resolve(),
      result: () => Promise.resolve('clean'),
      cancel: () => undefined,
    }),
};

describe('scanning stored files again', () => {
  let service: ServiceForTests;
  let owner: UserId;

  beforeEach(async () => {
    service = await serviceForTests({ scanner: ignorant });
    owner = newId() as UserId;
  });

  const store = async (body: string): Promise<StoredState> => {
    const fileId = newId() as FileId;
    const query = new URLSearchParams({ fileId, owner, purpose: 'parts-list', name: 'a.csv' });
    const reply = await fetch(`${service.url}/internal/v1/upload?${String(query)}`, { method: 'POST', body });
    expect(reply.status).to.equal(201);
    const file = await service.load(fileId);
    if (file.status !== 'stored') throw new Error('It is stored');
    return file;
  };
  const scanAgain = (files: readonly StoredState[], scanner: VirusScanner = eicarScanner) =>
    rescan(files, { contents: service.objects, scanner, withdraw: service.withdraw });

  it('withdraws every file with infected content, deletes its bytes and frees its space', async () => {
    const [file, copy, clean] = [await store(INFECTED_LIST), await store(INFECTED_LIST), await store(CLEAN_LIST)];
    const report = await scanAgain([file, copy, clean]);
    expect(report).to.include({ scanned: 2, gone: 0 });
    expect(report.withdrawn.map(({ fileId }) => fileId)).to.deep.equal([file.fileId, copy.fileId]);
    expect(await service.eventTypes(file.fileId)).to.deep.equal(['FileStored', 'FileWithdrawn']);
    expect(await service.storedKeys()).to.deep.equal([clean.key]);
    expect(await service.accounts.load(owner)).to.include({ usedBytes: CLEAN_LIST.length, fileCount: 1 });
    expect((await fetch(`${service.url}/internal/v1/files/${copy.fileId}/content`)).status).to.equal(410);
  });

  it('withdraws nothing the second time', async () => {
    const file = await store(INFECTED_LIST);
    await scanAgain([file]);
    expect(await scanAgain([file])).to.deep.equal({ scanned: 0, gone: 1, withdrawn: [] });
    expect(await service.eventTypes(file.fileId)).to.deep.equal(['FileStored', 'FileWithdrawn']);
  });

  it('throws and withdraws nothing when the scanner is away', async () => {
    const file = await store(INFECTED_LIST);
    const away: VirusScanner = { begin: () => Promise.reject(new ScannerUnavailable(new Error('refused'))) };
    const error = await scanAgain([file], away).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(ScannerUnavailable);
    expect(await service.eventTypes(file.fileId)).to.deep.equal(['FileStored']);
  });
});
