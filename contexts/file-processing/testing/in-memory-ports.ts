import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { systemClock } from '@lego-moc/application/clock';
import { commandHandler } from '@lego-moc/application/command-handler';
import { currentState } from '@lego-moc/application/current-state';
import { isRejection, reject } from '@lego-moc/kernel/decider';
import type { EventStreams } from '@lego-moc/application/event-streams';
import { newId } from '@lego-moc/application/new-id';
import type { UserId } from '@lego-moc/kernel/message';
import { readPartsList } from '../adapters/parts-list-files/read-parts-list.ts';
import type { Parsing } from '../application/parse-file.ts';
import type { SetOpening } from '../application/ports/set-opening.ts';
import type { LotResolution } from '../application/ports/lot-resolution.ts';
import type { SetContent, SetLot } from '../domain/set-contents.ts';
import type { OwnPartsOf } from '../application/ports/own-parts.ts';
import { kindMemory } from '../application/kind-memory.ts';
import type { CustomPart } from '../domain/custom-parts.ts';
import type { FileKindsEvent } from '../domain/file-kinds.ts';
import { isUnknownColour, isUnknownPart, partKey, type CheckedLot } from '../domain/catalogue.ts';
import { fileJobDecider } from '../domain/file-job.ts';
import type { OwnPartLink } from '../domain/part-links.ts';
import type { AttemptId, FileJobEvent, JobId, Submission } from '../domain/file-job-events.ts';

const ELEMENTS = new Map([['4211385', { partNumber: '3001', colourId: 71 }]]);

export type InMemoryParsing = Parsing & {
  readonly resolution: LotResolution;
  readonly opening: SetOpening;
  /** The custom parts and the table of everybody. */
  readonly ownParts: { changes: number; parts: Map<string, CustomPart>; links: Map<string, OwnPartLink> };
  readonly ownPartsOf: OwnPartsOf;
  /** Contents by the number of a set. */
  readonly inventories: Map<string, readonly Omit<SetContent, 'setLot'>[]>;
  readonly newAttemptId: () => AttemptId;
  readonly streams: EventStreams<FileJobEvent>;
  readonly contents: Map<string, string>;
  /** The lots of the attempt that completed the job. */
  readonly lotsOf: (jobId: JobId) => Promise<readonly CheckedLot[]>;
  /** The lots of all attempts of all jobs. */
  readonly storedLotCount: () => number;
  /** Makes every lease expire. */
  readonly expireLeases: () => void;
  readonly submit: (content: string, jobId?: JobId) => Promise<JobId>;
};

/** The ports of `parseFile` in memory. The catalogue has part 3001 and the colours black, red and any. */
export const inMemoryParsing = (): InMemoryParsing => {
  const streams = inMemoryStreams<FileJobEvent>('fileJob');
  const handle = commandHandler(fileJobDecider, streams);
  const contents = new Map<string, string>();
  const storedLots = new Map<string, CheckedLot[]>();
  const holders = new Map<string, { readonly attemptId: string; readonly alive: boolean }>();
  const parts = new Map([[partKey('3001'), '3001']]);
  const colours = new Map([
    [0, 'Black'],
    [4, 'Red'],
    [9999, 'Any'],
  ]);
  const inventories: InMemoryParsing['inventories'] = new Map();
  const checkedReleases = new Map<JobId, number>();
  const deletedMocs = new Set<string>();
  const releasedJobs = new Set<JobId>();
  const mocs = new Map<JobId, string>();

  const ownParts: InMemoryParsing['ownParts'] = { changes: 0, parts: new Map(), links: new Map() };
  const checkedCustomParts = new Map<JobId, number>();
  const load = currentState(fileJobDecider, streams);

  const keyOf = (jobId: string, attemptId: string): string => `${jobId}/${attemptId}`;
  const isActive = (jobId: JobId): boolean => holders.get(jobId)?.alive === true;

  const removeAllBut = (keep: string | undefined, jobId: string): number => {
    let removedCount = 0;
    for (const [key, lots] of storedLots) {
      if (!key.startsWith(jobId) || key === keyOf(jobId, keep ?? '')) continue;
      storedLots.delete(key);
      removedCount += lots.length;
    }
    return removedCount;
  };

  return {
    ...{ streams, handle, load, lastSeen: load, contents, read: readPartsList, now: systemClock },
    isOutage: (error) => error instanceof Error && error.message === 'connection lost',
    ...{ ownParts, ownPartsOf: () => Promise.resolve({ ...ownParts }) },
    queue: { run: (_file, work) => work() },
    kinds: kindMemory(inMemoryStreams<FileKindsEvent>('fileKinds'), systemClock),
    files: {
      open: async (fileId) => {
        const content = await Promise.resolve(contents.get(fileId));
        if (content === undefined) return reject('file-not-found', 'There is no such file.');
        return (async function* () {
          for (let at = 0; at < content.length; at += 64)
            yield await Promise.resolve(Buffer.from(content.slice(at, at + 64)));
        })();
      },
      describe: (fileId) => Promise.resolve({ owner: 'ada', size: contents.get(fileId)?.length ?? 0 }),
    },
    catalogue: {
      newestRelease: () => Promise.resolve({ number: 1, id: 'test-1' }),
      lookUp: () =>
        Promise.resolve({ parts, colours, partColours: new Map([['3001', new Set([0, 4])]]), elements: ELEMENTS }),
    },
    lots: {
      add: async (jobId, attemptId, lots) => {
        const key = keyOf(jobId, attemptId);
        storedLots.set(key, [...(storedLots.get(key) ?? []), ...lots]);
        await Promise.resolve();
      },
      clear: async (jobId, attemptId) => {
        await Promise.resolve();
        if (holders.get(jobId)?.attemptId !== attemptId) return;
        for (const key of storedLots.keys()) if (key.startsWith(jobId)) storedLots.delete(key);
      },
      removeAllBut: (keep, jobId) => Promise.resolve(removeAllBut(keep, jobId)),
      removeAbandoned: (keep, jobId) => Promise.resolve(isActive(jobId) ? 0 : removeAllBut(keep, jobId)),
    },
    leases: {
      acquire: async ({ jobId, mocId }, attemptId) => {
        mocs.set(jobId, mocId);
        await Promise.resolve();
        const holder = holders.get(jobId);
        if (holder?.alive === true && holder.attemptId !== attemptId) return false;
        holders.set(jobId, { attemptId, alive: true });
        return true;
      },
      renew: (jobId, attemptId) => Promise.resolve(holders.get(jobId)?.attemptId === attemptId),
      release: async (jobId, attemptId) => {
        await Promise.resolve();
        if (holders.get(jobId)?.attemptId === attemptId) holders.set(jobId, { attemptId, alive: false });
      },
    },
    lotsOf: async (jobId) => {
      const job = await load(jobId);
      return job.status === 'completed' ? (storedLots.get(keyOf(jobId, job.attemptId)) ?? []) : [];
    },
    jobs: {
      noteMocDeleted: async (mocId) => void deletedMocs.add(await Promise.resolve(mocId)),
      noteJobReleased: async (jobId) => void releasedJobs.add(await Promise.resolve(jobId)),
      isReleased: ({ jobId, mocId }) => Promise.resolve(deletedMocs.has(mocId) || releasedJobs.has(jobId)),
      jobsOf: (mocId) => Promise.resolve([...mocs].filter(([, moc]) => moc === mocId).map(([jobId]) => jobId)),
      revokeLease: async (jobId) => void holders.delete(await Promise.resolve(jobId)),
      findUnsettled: (limit) => Promise.resolve([...mocs.keys()].filter((id) => !isActive(id)).slice(0, limit)),
      settle: async ({ jobId }) => {
        await Promise.resolve();
        if (!isActive(jobId)) mocs.delete(jobId);
      },
    },
    resolution: {
      knowledge: ({ number }) => Promise.resolve(number),
      findUnchecked: (release, limit) =>
        Promise.resolve(
          [...mocs.keys()]
            .filter(
              (id) => (checkedReleases.get(id) ?? 0) < release || (checkedCustomParts.get(id) ?? 0) < ownParts.changes,
            )
            .slice(0, limit),
        ),
      noteCustomParts: () => Promise.resolve(),
      noteChecked: async (jobId, release, customParts) => {
        checkedReleases.set(await Promise.resolve(jobId), release);
        checkedCustomParts.set(jobId, customParts?.changes ?? ownParts.changes);
      },
      lots: async function* (jobId, attemptId, selection) {
        const lots = storedLots.get(keyOf(jobId, attemptId)) ?? [];
        yield await Promise.resolve(
          selection === 'all' ? lots : lots.filter((lot) => isUnknownPart(lot) || isUnknownColour(lot)),
        );
      },
      update: async (jobId, attemptId, lots) => {
        const key = keyOf(jobId, attemptId);
        const changes = new Map(lots.map((lot) => [lot.lot, lot]));
        const content = await Promise.resolve(storedLots.get(key) ?? []);
        storedLots.set(
          key,
          content.map((lot) => changes.get(lot.lot) ?? lot),
        );
      },
    },
    ...{ inventories, newAttemptId: () => newId() as AttemptId },
    opening: {
      findSets: (jobId, attemptId, limit) => {
        const sets = (storedLots.get(keyOf(jobId, attemptId)) ?? []).flatMap((lot): readonly SetLot[] => {
          const { itemType, role, problem, quantity, partNumber: number, line } = lot;
          if ((itemType !== 'S' && itemType !== 'M') || problem !== null || quantity === null) return [];
          if (role !== 'needed' && role !== 'extra') return [];
          return [{ lot: lot.lot, line, itemType, number, quantity, role }];
        });
        return Promise.resolve(sets.slice(0, limit));
      },
      contents: (_release, sets, limit) =>
        Promise.resolve(
          sets
            .flatMap(({ lot, number }) =>
              (inventories.get(number) ?? []).map((content) => ({ ...content, setLot: lot })),
            )
            .slice(0, limit),
        ),
      copyLots: async (jobId, from, to, openedLots) => {
        const lots = await Promise.resolve(storedLots.get(keyOf(jobId, from)) ?? []);
        storedLots.set(
          keyOf(jobId, to),
          lots.map((lot) => (openedLots.includes(lot.lot) ? { ...lot, role: 'opened' } : lot)),
        );
      },
    },
    storedLotCount: () => [...storedLots.values()].reduce((sum, lots) => sum + lots.length, 0),
    expireLeases: () => holders.forEach(({ attemptId }, jobId) => holders.set(jobId, { attemptId, alive: false })),
    submit: async (content, jobId = newId() as JobId) => {
      const submission: Submission = {
        jobId,
        ...{ fileId: newId(), fileName: 'list.csv', mocId: newId(), partsListId: newId(), owner: 'ada' as UserId },
      };
      contents.set(submission.fileId, content);
      const cause = { commandId: jobId, correlationId: jobId, actor: 'ada' };
      const outcome = await handle(jobId, { type: 'SubmitFile', data: { ...submission, at: systemClock() } }, cause);
      if (isRejection(outcome)) throw new Error(outcome.because);
      return jobId;
    },
  };
};
