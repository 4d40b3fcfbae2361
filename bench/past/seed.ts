import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { newId } from '@lego-moc/application/new-id';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { mocUploadCodec } from '../../contexts/moc-management/adapters/event-store/moc-upload-codec.ts';
import type { MocUploadEvent } from '../../contexts/moc-management/application/processes/moc-upload-events.ts';
import type { MocId } from '../../contexts/moc-management/domain/moc-events.ts';

const IN_FLIGHT = 32;

/** The events of one upload of a MOC without files, from start to end. */
const finishedUpload = (): readonly MocUploadEvent[] => {
  const mocId = newId() as MocId;
  const at = new Date().toISOString() as Instant;
  const title = `Crane ${mocId}`;
  return [
    { type: 'UploadBegun', data: { mocId, owner: newId() as UserId, begunAt: at } },
    {
      type: 'UploadReceived',
      data: { intent: { kind: 'create', title, description: '', theme: '', tags: [] }, receivedAt: at },
    },
    { type: 'UploadTitleSecured', data: { title } },
    { type: 'FilesFiled', data: { mocId } },
  ];
};

/** Appends finished uploads to the store, each to a stream of its own, until there are `count` events. */
export const seedUploads = async (url: string, count: number): Promise<void> => {
  const client = EventStoreDBClient.connectionString(url);
  const metadata = () => ({ $correlationId: newId(), $causationId: newId(), actor: 'bench' });
  let left = count;
  const appendUploads = async (): Promise<void> => {
    while (left > 0) {
      const events = finishedUpload();
      left -= events.length;
      const encoded = events.map((event) => jsonEvent({ ...mocUploadCodec.encode(event), metadata: metadata() }));
      await client.appendToStream(`mocUpload-${newId()}`, encoded);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, appendUploads));
  await client.dispose();
};

/** Puts `count` stored files into the object store of file storage. */
export const seedFiles = (dataDir: string, count: number): void => {
  const objects = join(dataDir, 'files', 'objects');
  mkdirSync(objects, { recursive: true });
  for (let number = 0; number < count; number += 1) {
    const folder = join(objects, newId());
    mkdirSync(folder);
    writeFileSync(join(folder, newId()), 'brick');
  }
};
