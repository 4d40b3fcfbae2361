import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { pollUntil } from '@lego-moc/application/poll-until';
import { connectEventStore } from '@lego-moc/event-store/connect';
import { catchUp } from '@lego-moc/event-store/catch-up';
import type { DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import { eventStoreUrl } from './event-store-url.ts';
import type { TestPlatform } from './platform.ts';

/** The entities in the event log and in the storage directory. Ids are sorted. */
export type StoredState = {
  /** MOCs that were drafted and not deleted. */
  readonly mocs: readonly string[];
  /** Files that those MOCs hold. */
  readonly attachedFiles: readonly string[];
  /** Files that were stored and not discarded. */
  readonly storedFiles: readonly string[];
  /** The keys of their bytes. Files of one owner with the same content share them. */
  readonly contents: readonly string[];
  /** The keys of all stored bytes. */
  readonly bytes: readonly string[];
  /** Files with renditions. */
  readonly renditions: readonly string[];
  /** How many stored bytes never became a file. */
  readonly incoming: number;
  /** How many titles are taken. */
  readonly titles: number;
};

const MOCS = 'moc-management';
const FILES = 'file-storage';
const PAIRS = {
  mocs: [`${MOCS}.MocDrafted`, `${MOCS}.MocDeleted`],
  attachedFiles: [`${MOCS}.FileAttached`, `${MOCS}.FileDetached`],
  storedFiles: [`${FILES}.FileStored`, `${FILES}.FileDiscarded`],
  titles: [`${MOCS}.TitleSecured`, `${MOCS}.TitleReleased`],
} as const;
type Kind = keyof typeof PAIRS;

const eventData = z.object({
  mocId: z.string().optional(),
  fileId: z.string().optional(),
  file: z.object({ fileId: z.string() }).optional(),
  key: z.string().optional(),
  contentKey: z.string().optional(),
});

const RENDITION = '/rendition-';

const readLog = async (platform: TestPlatform): Promise<readonly DeliveredEvent[]> => {
  const client = connectEventStore(eventStoreUrl(platform));
  const log: DeliveredEvent[] = [];
  try {
    const source = { eventTypes: Object.values(PAIRS).flat() };
    for await (const event of catchUp(client, { source, from: platform.logBegin })) log.push(event);
    return log;
  } finally {
    await client.dispose();
  }
};

/** The ids with a first event of a pair and no second one; which field holds the id depends on the kind. */
const streamsUnfinished = (
  log: readonly DeliveredEvent[],
  kind: Kind,
): readonly { readonly id: string; readonly mocId: string }[] => {
  const [begins, ends] = PAIRS[kind];
  const unfinishedById = new Map<string, { id: string; mocId: string }>();
  for (const { type, data, stream } of log) {
    const { mocId = '', fileId = '', file } = eventData.parse(data);
    const id = { mocs: mocId, attachedFiles: file?.fileId ?? fileId, storedFiles: fileId, titles: stream }[kind];
    if (type === begins) unfinishedById.set(id, { id, mocId });
    else if (type === ends) unfinishedById.delete(id);
  }
  return [...unfinishedById.values()].toSorted((a, b) => a.id.localeCompare(b.id));
};

const contentsOf = (log: readonly DeliveredEvent[], storageEvents: readonly string[]): readonly string[] => {
  const files = log.filter(({ type }) => type === PAIRS.storedFiles[0]).map(({ data }) => eventData.parse(data));
  const keys = files.flatMap(({ fileId = '', key = '', contentKey = key }) =>
    storageEvents.includes(fileId) ? [contentKey] : [],
  );
  return [...new Set(keys)].toSorted();
};

/** Empty while nothing was ever stored: storage creates its folders when it needs them. */
const filesUnder = (folder: string) =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    : [];

export const readStoredState = async (platform: TestPlatform): Promise<StoredState> => {
  const log = await readLog(platform);
  const mocs = streamsUnfinished(log, 'mocs').map(({ id }) => id);
  const fileIds = streamsUnfinished(log, 'storedFiles').map(({ id }) => id);
  const folder = join(platform.dataDir, 'files');
  const objects = join(folder, 'objects');
  const keys = filesUnder(objects)
    .map(({ parentPath, name }) => relative(objects, join(parentPath, name)).replaceAll('\\', '/'))
    .toSorted();
  return {
    mocs,
    attachedFiles: streamsUnfinished(log, 'attachedFiles')
      .filter(({ mocId }) => mocs.includes(mocId))
      .map(({ id }) => id),
    storedFiles: fileIds,
    contents: contentsOf(log, fileIds),
    bytes: keys.filter((key) => !key.includes(RENDITION)),
    renditions: [...new Set(keys.flatMap((key) => (key.includes(RENDITION) ? key.split(RENDITION, 1) : [])))],
    incoming: filesUnder(join(folder, 'incoming')).length,
    titles: streamsUnfinished(log, 'titles').length,
  };
};

/** Every file belongs to a MOC and has its bytes; every MOC has its title; nothing else is left. */
const isConsistent = ({
  mocs,
  attachedFiles,
  storedFiles,
  contents,
  bytes,
  renditions,
  incoming,
  titles,
}: StoredState): boolean =>
  isDeepStrictEqual(attachedFiles, storedFiles) &&
  isDeepStrictEqual(contents, bytes) &&
  renditions.every((fileId) => storedFiles.includes(fileId)) &&
  titles === mocs.length &&
  incoming === 0;

/** The promised limit: after any failure an upload is complete or gone within this time. */
export const CONSISTENT_WITHIN_MS = 30_000;

/** Waits until nothing is orphaned or missing; throws the difference when that takes longer than promised. */
export const awaitConsistentState = async (platform: TestPlatform): Promise<StoredState> => {
  let last: StoredState | undefined;
  const readState = async (): Promise<StoredState> => (last = await readStoredState(platform));
  try {
    return await pollUntil('A consistent state', readState, isConsistent, CONSISTENT_WITHIN_MS);
  } catch (error) {
    throw new Error(`Still inconsistent: ${JSON.stringify(last)}`, { cause: error });
  }
};
