import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { after } from '@lego-moc/kernel/instant';
import { currentState } from '@lego-moc/application/current-state';
import { commandHandler } from '@lego-moc/application/command-handler';
import type { EventStreams } from '@lego-moc/application/event-streams';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { processRunner } from '@lego-moc/application/process-runner';
import { galleryLinking } from '../application/gallery-linking.ts';
import { owners } from '../application/owners.ts';
import type { FileStore } from '../application/ports/file-store.ts';
import { mocUpload, RECEIVING_SILENCE_MAX_MS } from '../application/processes/moc-upload.ts';
import type { MocUploadEvent } from '../application/processes/moc-upload-events.ts';
import { mocUploadSteps } from '../application/processes/moc-upload-steps.ts';
import type { SetDetails } from '../domain/description.ts';
import { titles } from '../application/titles.ts';
import { receiveUpload, type Upload, type UploadPart } from '../application/upload-reception.ts';
import { mocDecider } from '../domain/moc.ts';
import type { LinkedItemEvent } from '../domain/linked-item.ts';
import type { MocEvent, MocId, PartsListId } from '../domain/moc-events.ts';
import type { OwnerEvent } from '../domain/owner-events.ts';
import type { SetNumberEvent, TitleEvent } from '../domain/reservation-events.ts';
import { memoryFileStore } from './memory-file-store.ts';

export const ada = 'ada' as UserId;
export const noon = '2026-01-01T12:00:00.000Z' as Instant;
const cause = { commandId: '8d1a4d3e-5b0c-5e0e-9b0a-2f6f3a0f1c11', correlationId: 'c-1', actor: ada };
export const uploadId = 'upload-1';

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

export async function* withThumbnail(subject = 'crane'): AsyncGenerator<UploadPart> {
  yield* parts();
  yield { kind: 'thumbnail', name: 'crane.jpg', content: bytes(subject) };
}

export async function* parts(title = 'Crane', list = 'Part,Color,Quantity'): AsyncGenerator<UploadPart> {
  yield { field: 'title', value: title };
  yield { kind: 'instruction', name: 'book.pdf', content: bytes('%PDF') };
  yield { kind: 'parts-list', name: 'bricks.csv', content: bytes(list) };
}

/** Its number is reserved as the title is. */
export const UPLOADED_SET: SetDetails = { brand: 'Cranes & Co', number: '1', retired: false };

export const upload = (change: Partial<Upload> = {}): Upload => ({
  uploadId,
  owner: ada,
  parts: parts(),
  intentOf: (fields) => ({
    kind: 'create',
    title: fields.get('title')?.[0] ?? '',
    description: '',
    theme: '',
    tags: [],
    set: UPLOADED_SET,
  }),
  cause,
  ...change,
});

const replacedList = async function* (): AsyncGenerator<UploadPart> {
  yield { kind: 'parts-list', name: 'newer.csv', content: bytes('Part,Color,Quantity\n3001,4,2') };
};

export const replacementId = 'upload-2';

/** Another file for a parts list of a MOC. */
export const replacement = (mocId: MocId, partsListId: PartsListId, newer = replacedList()): Upload =>
  upload({ uploadId: replacementId, mocId, parts: newer, intentOf: () => ({ kind: 'replace', partsListId }) });

class ProcessKilled extends Error {}

/** Everything that outlives a crashed process. */
export const persistentState = () => ({
  mocs: inMemoryStreams<MocEvent>('moc', () => noon),
  titles: inMemoryStreams<TitleEvent>('mocTitle', () => noon),
  setNumbers: inMemoryStreams<SetNumberEvent>('mocSetNumber', () => noon),
  owners: inMemoryStreams<OwnerEvent>('mocOwner', () => noon),
  uploads: inMemoryStreams<MocUploadEvent>('mocUpload', () => noon),
  files: memoryFileStore(),
  linkedItems: inMemoryStreams<LinkedItemEvent>('linkedItem', () => noon),
  /** Which items the gallery has; `undefined` while it is away. */
  existing: (ids: readonly string[]): ReadonlySet<string> | undefined => new Set(ids),
  /** The jobs that were asked for, and for each the job whose decisions hold for it. */
  requested: new Map<string, string | undefined>(),
});
export type PersistentState = ReturnType<typeof persistentState>;

/** Counts the effects of a process and crashes at the given one: before it happens, or (`late`) before its answer arrives. */
export const crashAfter = (deathAt = Infinity, late = false) => {
  let effects = 0;
  return {
    effects: () => effects,
    effect: async <T>(happen: () => Promise<T>): Promise<T> => {
      effects += 1;
      if (effects > deathAt || (effects === deathAt && !late)) throw new ProcessKilled();
      const outcome = await happen();
      if (effects === deathAt) throw new ProcessKilled();
      return outcome;
    },
  };
};
export type Effect = ReturnType<typeof crashAfter>['effect'];

export const crashingStreams = <E>(streams: EventStreams<E>, effect: Effect): EventStreams<E> => ({
  read: (id) => streams.read(id),
  readEvents: (id, from) => streams.readEvents(id, from),
  append: (id, events, expected, why) => effect(() => streams.append(id, events, expected, why)),
});

/** The file store is another process: it survives, but a call to it or its answer may be lost. */
const crashingFileStore = ({ files }: PersistentState, effect: Effect): FileStore => ({
  store: (file, why) => effect(() => files.store(file, why)),
  find: (fileId, owner) => effect(() => files.find(fileId, owner)),
  copy: (file, why) => effect(() => files.copy(file, why)),
  discard: (fileId, why) => effect(() => files.discard(fileId, why)),
  downloadUrl: (fileId, name) => files.downloadUrl(fileId, name),
  images: (fileIds) => files.images(fileIds),
});

/** One process of the service over `storage`. */
export const service = (storage: PersistentState, effect: Effect, now: Instant) => {
  const clock = () => now;
  const mocs = commandHandler(mocDecider, crashingStreams(storage.mocs, effect));
  const reservations = {
    titles: crashingStreams(storage.titles, effect),
    setNumbers: crashingStreams(storage.setNumbers, effect),
  };
  const allTitles = titles(reservations, clock);
  const allOwners = owners(crashingStreams(storage.owners, effect));
  const files = crashingFileStore(storage, effect);
  const partsReader = {
    request: ({ list }: { list: { jobId: string; sameAs?: string } }) =>
      effect(async () => void storage.requested.set(list.jobId, list.sameAs)),
    result: () => Promise.resolve('pending' as const),
  };
  const links = {
    linkedItems: crashingStreams(storage.linkedItems, effect),
    gallery: { existing: (_: unknown, ids: readonly string[]) => effect(() => Promise.resolve(storage.existing(ids))) },
  };
  const linking = galleryLinking({ ...links, mocs, now: clock });
  const delays: unknown[] = [];
  const onDelay = (error: unknown) => void delays.push(error);
  const steps = mocUploadSteps({
    titles: allTitles,
    owners: allOwners,
    mocs,
    files,
    partsReader,
    load: currentState(mocDecider, storage.mocs),
    linking,
    now: clock,
    onDelay: (_, error) => onDelay(error),
  });
  const streams = crashingStreams(storage.uploads, effect);
  const runner = processRunner(mocUpload, streams, steps, clock);
  return {
    runner,
    linking,
    delays,
    receive: receiveUpload({ runner, streams, files, titles: allTitles, owners: allOwners, now: clock, onDelay }),
  };
};

export const restart = (storage: PersistentState) =>
  service(storage, crashAfter().effect, after(noon, RECEIVING_SILENCE_MAX_MS + 1));
