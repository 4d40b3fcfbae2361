import { z } from 'zod';
import { catchUp } from '@lego-moc/event-store/catch-up';
import type { EventStoreClient } from '@lego-moc/event-store/connect';
import { entityId } from '@lego-moc/event-store/delivered-event';
import { integrationEnvelope } from '@lego-moc/event-store/integration-events';
import type { Codec } from '@lego-moc/event-codec/codec';
import { GALLERY_EVENTS } from '@lego-moc/gallery/contracts/integration-events';
import type { Decider } from '@lego-moc/kernel/decider';
import type { Message } from '@lego-moc/kernel/message';
import { MOC_MANAGEMENT_EVENTS } from '@lego-moc/moc-management/contracts/integration-events';
import type { StorageInventory } from '../../application/audit.ts';
import type { ContentStore } from '../../application/ports/content-store.ts';
import { fileDecider } from '../../domain/file.ts';
import { storageAccountDecider } from '../../domain/storage-account.ts';
import { fileCodec } from './file-codec.ts';
import { storageAccountCodec } from './storage-account-codec.ts';

/** Folds every stream of a category. */
const foldAll = async <State, Event extends Message>(
  client: EventStoreClient,
  prefix: string,
  { initial, evolve }: Pick<Decider<never, State, Event, string>, 'initial' | 'evolve'>,
  codec: Pick<Codec<Event>, 'decode'>,
): Promise<ReadonlyMap<string, State>> => {
  const states = new Map<string, State>();
  for await (const { stream, type, data } of catchUp(client, { source: { streamPrefixes: [prefix] }, from: 'start' })) {
    const event = codec.decode(type, data);
    const id = entityId(stream);
    if (event !== undefined) states.set(id, evolve(states.get(id) ?? initial, event));
  }
  return states;
};

/** As much of the public state of a MOC, an image or an album as refers to files. */
const referring = z.object({
  status: z.string(),
  files: z.array(z.object({ fileId: z.string() })).optional(),
  otherFiles: z.array(z.string()).optional(),
  imageId: z.string().optional(),
});

const filesOf = ({ status, files = [], otherFiles = [], imageId }: z.infer<typeof referring>): readonly string[] => {
  if (status === 'deleted') return [];
  return imageId === undefined ? [...files.map(({ fileId }) => fileId), ...otherFiles] : [imageId];
};

/** The files that MOCs and images of the gallery have, by what was published of them last. */
const readReferences = async (client: EventStoreClient): Promise<ReadonlySet<string>> => {
  const envelope = integrationEnvelope(referring);
  const latest = new Map<string, { readonly revision: bigint; readonly files: readonly string[] }>();
  for (const stream of [MOC_MANAGEMENT_EVENTS, GALLERY_EVENTS])
    for await (const { data } of catchUp(client, { source: { stream }, from: 'start' })) {
      const { data: event } = envelope.safeParse(data);
      if (event === undefined) continue;
      const revision = BigInt(event.revision);
      if (revision >= (latest.get(event.subject)?.revision ?? 0n))
        latest.set(event.subject, { revision, files: filesOf(event.payload) });
    }
  return new Set([...latest.values()].flatMap(({ files }) => files));
};

const readKeys = async (objects: Pick<ContentStore, 'list'>): Promise<ReadonlySet<string>> => {
  const keys = new Set<string>();
  for await (const { key } of objects.list('')) keys.add(key);
  return keys;
};

/** Reads all events of files, accounts and references, and the keys of all objects. */
export const readInventory = async (
  client: EventStoreClient,
  objects: Pick<ContentStore, 'list'>,
): Promise<StorageInventory> => ({
  files: await foldAll(client, 'file-', fileDecider, fileCodec),
  accounts: await foldAll(client, 'storageAccount-', storageAccountDecider, storageAccountCodec),
  references: await readReferences(client),
  objects: await readKeys(objects),
});
