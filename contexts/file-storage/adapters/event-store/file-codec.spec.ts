import { join } from 'node:path';
import { expect } from 'chai';
import type { DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import type { Instant } from '@lego-moc/kernel/message';
import { goldenData, testGoldenFiles } from '@lego-moc/testing/golden';
import { fileStoragePayloads } from '../../contracts/integration-events.ts';
import { toIntegrationEvents } from './integration-events.ts';
import { fileCodec } from './file-codec.ts';

const folder = join(import.meta.dirname, 'golden');

const deliveryOf = (name: string, payload = goldenData(folder, name)): DeliveredEvent => ({
  stream: 'file-0190d1c5-6f00-7000-8000-000000000001',
  revision: 7n,
  position: 100n,
  eventId: '0190d1c5-6f00-7000-8000-0000000000ff',
  type: name,
  data: payload,
  recordedAt: '2026-11-22T13:00:00.000Z' as Instant,
  cause: { commandId: 'c', correlationId: 'c', actor: 'a' },
  retryCount: 0,
});

describe('decoding stored events of files', () => {
  testGoldenFiles(folder, fileCodec, { forms: 7 });
});

describe('decoding the event of an image', () => {
  it('keeps the hash of the uploaded content', () => {
    const sentSha256 = 'b'.repeat(64);
    const data = { ...(goldenData(folder, 'file-storage.FileStored') as object), sentSha256 };
    expect(fileCodec.decode('file-storage.FileStored', data)?.data).to.deep.equal(data);
  });
});

describe('decoding the event of a file with the content of another one', () => {
  it('keeps where the content lies', () => {
    const data = { ...(goldenData(folder, 'file-storage.FileStored') as object), contentKey: 'file-1/a' };
    expect(fileCodec.decode('file-storage.FileStored', data)?.data).to.deep.equal(data);
  });
});

describe('integration events of files', () => {
  it('describe a stored file without its key', () => {
    const [message] = toIntegrationEvents(deliveryOf('file-storage.FileStored'));
    expect(message).to.include({
      eventType: 'file.stored',
      subject: '0190d1c5-6f00-7000-8000-000000000001',
      revision: '7',
    });
    expect(message?.payload).to.include({ mediaType: 'application/xml', size: 783_000 });
    expect(message?.payload).not.to.have.property('key');
    expect(fileStoragePayloads['file.stored'].parse(message?.payload)).to.deep.equal(message?.payload);
  });

  it('name a deleted file', () => {
    const [message] = toIntegrationEvents(deliveryOf('file-storage.FileDiscarded'));
    expect(message?.eventType).to.equal('file.deleted');
    expect(fileStoragePayloads['file.deleted'].parse(message?.payload)).to.deep.equal({
      fileId: '0190d1c5-6f00-7000-8000-000000000001',
      deletedAt: '2026-11-22T14:00:00.000Z',
    });
  });

  for (const [name, status] of [
    ['FileProcessed', 'processed'],
    ['FileProcessingFailed', 'failed'],
  ] as const)
    it(`say of ${name} that the renditions are ${status}, without their keys`, () => {
      const [message] = toIntegrationEvents(deliveryOf(`file-storage.${name}`));
      expect(message?.eventType).to.equal('file.processed');
      expect(fileStoragePayloads['file.processed'].parse(message?.payload)).to.deep.equal(message?.payload);
      expect(message?.payload).to.include({ status, owner: 'ada', purpose: 'thumbnail' });
      expect(JSON.stringify(message?.payload)).not.to.include('rendition-200');
    });

  it('name a withdrawn file, its owner and the virus', () => {
    const [message] = toIntegrationEvents(deliveryOf('file-storage.FileWithdrawn'));
    expect(message?.eventType).to.equal('file.withdrawn');
    expect(fileStoragePayloads['file.withdrawn'].parse(message?.payload)).to.deep.equal(message?.payload);
    expect(message?.payload).to.include({ owner: 'ada', reason: 'Eicar-Test-Signature' });
  });

  it('are none for other events', () => {
    expect(toIntegrationEvents(deliveryOf('file-storage.UploadAbandoned'))).to.deep.equal([]);
    expect(toIntegrationEvents(deliveryOf('file-storage.UploadOffered'))).to.deep.equal([]);
    expect(toIntegrationEvents(deliveryOf('file-processing.FileSubmitted', {}))).to.deep.equal([]);
  });
});
