import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import type { EventStreams } from '@lego-moc/application/event-streams';
import { isRejection } from '@lego-moc/kernel/decider';
import { derivedId } from '@lego-moc/kernel/ids';
import { after } from '@lego-moc/kernel/instant';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { memoryObjectStore } from '@lego-moc/object-storage/testing/memory-object-store';
import { eicarScanner } from '../adapters/virus-scan/eicar-scanner.ts';
import type { FileEvent, FileId } from '../domain/file-events.ts';
import type { RoleQuotaSet } from '../domain/role-quotas.ts';
import type { StorageAccountEvent } from '../domain/storage-account-events.ts';
import { fileStorageParts } from '../parts.ts';
import { auditStorage, type AuditFindings } from './audit.ts';
import { checkContents } from './content-check.ts';
import { incomingKey } from './offers.ts';
import { accountId } from './storage-accounts.ts';

const LIST = 'Part,Color,Quantity\n3001,4,8\n';
const NOON = '2026-01-01T12:00:00.000Z' as Instant;
const MINUTE_MS = 60_000;
const ada = 'ada' as UserId;
const sender = { id: ada, roles: [] };
const beginCause = { commandId: '8d1a4d3e-5b0c-5e0e-9b0a-2f6f3a0f1c11', correlationId: 'c-1', actor: ada };
const laterCause = (step: string) => ({ ...beginCause, commandId: derivedId(beginCause.commandId, step) });
const fileId = derivedId('direct-upload', beginCause.commandId) as FileId;
const announcement = {
  ...{ owner: ada, name: 'crane.csv', size: LIST.length, mediaType: 'text/csv', purpose: 'parts-list' as const },
  sha256: createHash('sha256').update(LIST).digest('hex'),
};

class ProcessKilled extends Error {}

/** Counts writes, and kills at the given one: before it happens, or (`late`) before its answer arrives. */
const killAt = (deathAt = Infinity, late = false) => {
  let writes = 0;
  return {
    count: () => writes,
    write: async <Result>(happen: () => Promise<Result>): Promise<Result> => {
      writes += 1;
      if (writes > deathAt || (writes === deathAt && !late)) throw new ProcessKilled();
      const result = await happen();
      if (writes === deathAt) throw new ProcessKilled();
      return result;
    },
  };
};
type Write = ReturnType<typeof killAt>['write'];

/** Everything that outlives a killed process. */
const persistentState = () => {
  const time = { now: NOON };
  return {
    time,
    files: inMemoryStreams<FileEvent>('file'),
    accounts: inMemoryStreams<StorageAccountEvent>('storageAccount'),
    quotas: inMemoryStreams<RoleQuotaSet>('storageQuotas'),
    objects: memoryObjectStore(() => time.now),
  };
};
type State = ReturnType<typeof persistentState>;

/** One process of the service over `state`. */
const serviceOn = ({ time, files, accounts, quotas, objects }: State, write: Write = killAt().write) => {
  const killable = <Event>(streams: EventStreams<Event>): EventStreams<Event> => ({
    read: (id) => streams.read(id),
    readEvents: (id, from) => streams.readEvents(id, from),
    append: (id, events, expected, cause) => write(() => streams.append(id, events, expected, cause)),
  });
  return fileStorageParts({
    objects: {
      ...objects,
      put: (key, content) => write(() => objects.put(key, content)),
      delete: (key) => write(() => objects.delete(key)),
    },
    streams: { files: killable(files), accounts: killable(accounts), quotas },
    scanner: eicarScanner,
    imageProcessor: { stage: () => Promise.reject(new Error('No image is sent')) },
    makeRenditions: () => Promise.reject(new Error('No image is sent')),
    clock: () => time.now,
    quotaBytes: 1_000,
  });
};
type Service = ReturnType<typeof serviceOn>;

/** The object store takes the content of the form; no process of the service is involved. */
const sendForm = ({ objects }: State): Promise<void> =>
  objects.put(incomingKey(fileId), [Buffer.from(LIST)] as unknown as AsyncIterable<Uint8Array>);

const uploadDirectly = async (state: State, { direct }: Service): Promise<void> => {
  const offer = await direct.begin(announcement, [], beginCause);
  if (isRejection(offer)) throw new Error(offer.because);
  if ((await state.files.read(fileId)).events.every(({ type }) => type !== 'FileStored')) await sendForm(state);
  const result = await direct.complete(fileId, sender, laterCause('complete'));
  if (isRejection(result)) throw new Error(result.because);
};

const uploadAndDelete = async (state: State, service: Service): Promise<void> => {
  await uploadDirectly(state, service);
  await service.direct.cancel(fileId, ada, laterCause('cancel'));
};

/** The sweep of dead processes, then that of offers, as they run in a later process. */
const sweepLater = async (state: State, laterMs: number): Promise<void> => {
  const service = serviceOn(state);
  state.time.now = after(NOON, laterMs);
  await service.sweep({ before: state.time.now });
  await service.sweepOffers(state.time.now);
};

const NO_FINDINGS: AuditFindings = { orphans: [], missing: [], unreferenced: [], dangling: [], miscounted: [] };

const keysIn = async ({ objects }: State): Promise<readonly string[]> => {
  const keys: string[] = [];
  for await (const { key } of objects.list('')) keys.push(key);
  return keys;
};

const audit = async (state: State): Promise<unknown> => {
  const { load, accounts } = serviceOn(state);
  const keys = await keysIn(state);
  const file = await load(fileId);
  const inventory = {
    files: new Map([[fileId, file]]),
    accounts: new Map([[accountId(ada), await accounts.load(ada)]]),
    objects: new Set(keys),
    references: new Set<string>(file.status === 'stored' ? [fileId] : []),
  };
  return { ...auditStorage(inventory), ...(await checkContents(inventory, state.objects)) };
};

const usageOf = async (state: State) => {
  const { usedBytes, reservedBytes, fileCount } = await serviceOn(state).accounts.load(ada);
  return { usedBytes, reservedBytes, fileCount };
};

/** Runs the work once for each of its writes, and kills it there. */
const killEverywhere = async (
  work: (state: State, service: Service) => Promise<void>,
  check: (state: State, moment: string) => Promise<void>,
): Promise<void> => {
  const counter = killAt();
  const undisturbedState = persistentState();
  await work(undisturbedState, serviceOn(undisturbedState, counter.write));
  expect(counter.count()).to.be.at.least(10);
  for (let deathAt = 1; deathAt <= counter.count(); deathAt += 1)
    for (const late of [false, true]) {
      const state = persistentState();
      const error: unknown = await work(state, serviceOn(state, killAt(deathAt, late).write)).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error, `write ${deathAt}`).to.be.instanceOf(ProcessKilled);
      await check(state, `${late ? 'after' : 'before'} write ${deathAt}`);
    }
};

describe('a direct upload that is killed between any two steps', function () {
  this.timeout(60_000);

  it('is one whole file when its sender repeats it, with nothing left of the first attempt', async () => {
    await killEverywhere(uploadDirectly, async (state, moment) => {
      await uploadDirectly(state, serviceOn(state));
      await sweepLater(state, MINUTE_MS);
      expect(await audit(state), moment).to.deep.equal({ ...NO_FINDINGS, contentCount: 1, corrupt: [] });
      const types = (await state.files.read(fileId)).events.map(({ type }) => type);
      expect(types.filter((type) => type === 'FileStored').length, moment).to.equal(1);
      expect(await usageOf(state), moment).to.deep.equal({ usedBytes: LIST.length, reservedBytes: 0, fileCount: 1 });
    });
  });

  it('leaves no object and no space taken two hours later when nobody repeats it', async () => {
    await killEverywhere(uploadDirectly, async (state, moment) => {
      await sweepLater(state, 121 * MINUTE_MS);
      expect(await keysIn(state), moment).to.deep.equal([]);
      expect(await usageOf(state), moment).to.deep.equal({ usedBytes: 0, reservedBytes: 0, fileCount: 0 });
    });
  });

  it('leaves nothing when its deletion is repeated', async () => {
    await killEverywhere(uploadAndDelete, async (state, moment) => {
      const { direct } = serviceOn(state);
      await direct.cancel(fileId, ada, laterCause('cancel'));
      await sweepLater(state, 121 * MINUTE_MS);
      expect(await audit(state), moment).to.deep.equal({ ...NO_FINDINGS, contentCount: 0, corrupt: [] });
      expect(await keysIn(state), moment).to.deep.equal([]);
      expect(await usageOf(state), moment).to.deep.equal({ usedBytes: 0, reservedBytes: 0, fileCount: 0 });
    });
  });
});
