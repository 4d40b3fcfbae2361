import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProposedEvent } from '@lego-moc/embedded-event-store/storage/event-log';
import { openEventLog } from '@lego-moc/embedded-event-store/storage/open-event-log';
import { newId } from '@lego-moc/application/new-id';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { mocUploadCodec } from '../../contexts/moc-management/adapters/event-store/moc-upload-codec.ts';
import type { MocUploadEvent } from '../../contexts/moc-management/application/processes/moc-upload-events.ts';
import type { MocId } from '../../contexts/moc-management/domain/moc-events.ts';

const IN_FLIGHT = 1_000;

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

const bytesOf = (value: object): Buffer => Buffer.from(JSON.stringify(value));

const toProposed = (event: MocUploadEvent): ProposedEvent => {
  const { type, data } = mocUploadCodec.encode(event);
  const metadata = { $correlationId: newId(), $causationId: newId(), actor: 'bench' };
  return { id: newId(), type, contentType: 'application/json', data: bytesOf(data), metadata: bytesOf(metadata) };
};

/**
 * Appends finished uploads to the log in `directory`, each to a stream of its own, until there are `count` events. No
 * node may run on it yet: its log is written without the way over the network, which would take longer than all else.
 */
export const seedUploads = async (directory: string, count: number): Promise<void> => {
  const log = await openEventLog({ path: directory });
  let remaining = count;
  const appendUploads = async (): Promise<void> => {
    while (remaining > 0) {
      const events = finishedUpload().map(toProposed);
      remaining -= events.length;
      const { kind } = await log.append(`mocUpload-${newId()}`, 'no-stream', events);
      if (kind !== 'appended') throw new Error(`An upload was not stored: ${kind}`);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, appendUploads));
  await log.close();
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
