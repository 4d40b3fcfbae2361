import { setTimeout as sleep } from 'node:timers/promises';
import type { AllStreamRecordedEvent, EventStoreDBClient } from '@eventstore/db-client';
import { backOffMs } from '@lego-moc/application/back-off';
import { keepsTime, sizeOf } from './copied-event.ts';
import { isSystemStream, lastPosition, metadataOwner, readLog } from './log-reader.ts';
import { loadProgress, removeProgress, saveProgress, type Progress } from './progress-file.ts';
import {
  appendRun,
  FILLER,
  fillGap,
  finishStream,
  firstEvent,
  ForeignEvents,
  StreamTooShort,
  tombstone,
  type Run,
} from './target.ts';

export type CopyOptions = {
  readonly from: EventStoreDBClient;
  readonly to: EventStoreDBClient;
  /** The file that keeps progress between runs. */
  readonly progressPath: string;
  readonly onProgress?: (progress: { readonly copied: number; readonly share: number }) => void;
};

export type CopyReport = {
  readonly copied: number;
  /** Events whose metadata has no room for their original time. */
  readonly withoutTime: number;
  /** Streams whose beginning is gone in the source, with the number of events that are. */
  readonly truncated: readonly { readonly stream: string; readonly missingEvents: number }[];
  readonly deleted: readonly string[];
};

const RUN_EVENTS_MAX = 200;
const RUN_BYTES_MAX = 400_000;
/**
 * Appends under way at once, and their bytes. They share one call of the client, so the store takes them in the order of
 * sending. A log of the platform has few neighbours of one stream: most appends are small, and it takes many to keep the
 * store busy.
 */
const IN_FLIGHT_MAX = 512;
const IN_FLIGHT_BYTES_MAX = 8 * 1024 * 1024;
const SAVE_EVERY_MS = 1_000;
const OUTAGES_MAX = 20;
const PAUSE_FROM_MS = 100;
const PAUSE_MAX_MS = 5_000;

type SizedRun = { readonly run: [AllStreamRecordedEvent, ...AllStreamRecordedEvent[]]; bytes: number };

const mayJoin = ({ run, bytes }: SizedRun, event: AllStreamRecordedEvent, size: number): boolean => {
  const last = run.at(-1);
  const isNext = last?.streamId === event.streamId && last.revision + 1n === event.revision;
  return isNext && run.length < RUN_EVENTS_MAX && bytes + size <= RUN_BYTES_MAX;
};

/** Neighbours in the log that belong to one stream and follow each other, up to the size of an append. */
async function* runsOf(events: AsyncIterable<AllStreamRecordedEvent>): AsyncIterable<Readonly<SizedRun>> {
  let sizedRun: SizedRun | undefined;
  for await (const event of events) {
    const size = sizeOf(event);
    if (sizedRun !== undefined && mayJoin(sizedRun, event, size)) {
      sizedRun.run.push(event);
      sizedRun.bytes += size;
      continue;
    }
    if (sizedRun !== undefined) yield sizedRun;
    sizedRun = { run: [event], bytes: size };
  }
  if (sizedRun !== undefined) yield sizedRun;
}

/** Remembers what is applied at the end; whether `event` is itself to be appended. */
const isContent = (progress: Progress, event: AllStreamRecordedEvent): boolean => {
  if (isSystemStream(event.streamId)) return false;
  const owner = metadataOwner(event.streamId);
  if (owner !== undefined) {
    if (event.isJson && owner !== '') progress.metadata.set(owner, event.data);
    return false;
  }
  if (event.type === FILLER) return false;
  if (event.type !== '$streamDeleted') return true;
  progress.tombstones.add(event.streamId);
  return false;
};

/** Refuses a target that holds events of its own in streams of the source, before anything is written. */
const checkTarget = async ({ from, to }: CopyOptions): Promise<void> => {
  const until = await lastPosition(to);
  if (until === undefined) return;
  const checkedStreams = new Set<string>();
  for await (const { streamId } of readLog(to, { after: undefined, until })) {
    if (isSystemStream(streamId) || metadataOwner(streamId) !== undefined || checkedStreams.has(streamId)) continue;
    checkedStreams.add(streamId);
    const [sourceEvent, targetEvent] = await Promise.all([firstEvent(from, streamId), firstEvent(to, streamId)]);
    if (sourceEvent !== undefined && targetEvent !== undefined && sourceEvent.id !== targetEvent.id)
      throw new ForeignEvents(streamId);
  }
};

const confirmRun = (progress: Progress, run: Run): void => {
  progress.position = run.at(-1)?.position.commit;
  progress.copied += run.length;
  progress.withoutTime += run.filter((event) => !keepsTime(event)).length;
};

/**
 * Appends everything from where `progress` stands up to `until`, with several appends under way. Returns the run whose
 * append failed, `undefined` when all are done; `progress` holds in any case.
 */
const appendLog = async (options: CopyOptions, progress: Progress, until: bigint): Promise<Run | undefined> => {
  const { from, to, progressPath, onProgress } = options;
  const inFlight: { readonly run: Run; readonly bytes: number; readonly isAppended: Promise<boolean> }[] = [];
  let bytesInFlight = 0;
  let savedAt = performance.now();

  const confirmOldest = async (): Promise<Run | undefined> => {
    const oldest = inFlight.shift();
    if (oldest === undefined) return undefined;
    if (!(await oldest.isAppended)) return oldest.run;
    bytesInFlight -= oldest.bytes;
    confirmRun(progress, oldest.run);
    if (performance.now() - savedAt < SAVE_EVERY_MS) return undefined;
    savedAt = performance.now();
    await saveProgress(progressPath, progress);
    onProgress?.({ copied: progress.copied, share: Number(progress.position) / Math.max(1, Number(until)) });
    return undefined;
  };

  async function* content(): AsyncIterable<AllStreamRecordedEvent> {
    for await (const event of readLog(from, { after: progress.position, until }))
      if (isContent(progress, event)) yield event;
  }

  let failedRun: Run | undefined;
  let isCallOpen = false;
  // Until the first append is through, the client has no call that the others could queue up in.
  const isFull = (): boolean =>
    inFlight.length >= (isCallOpen ? IN_FLIGHT_MAX : 1) || bytesInFlight >= IN_FLIGHT_BYTES_MAX;
  try {
    for await (const { run, bytes } of runsOf(content())) {
      const isAppended = appendRun(to, run).then(
        () => true,
        () => false,
      );
      inFlight.push({ run, bytes, isAppended });
      bytesInFlight += bytes;
      while (failedRun === undefined && isFull()) failedRun = await confirmOldest();
      isCallOpen = true;
      if (failedRun !== undefined) break;
    }
    while (failedRun === undefined && inFlight.length > 0) failedRun = await confirmOldest();
    return failedRun;
  } finally {
    await Promise.all(inFlight.map(({ isAppended }) => isAppended));
    await saveProgress(progressPath, progress);
  }
};

/** Does `work` again, with growing pauses, while it fails for reasons that may pass. */
const retry = async <T>(work: () => Promise<T>): Promise<T> => {
  for (let outages = 1; ; outages += 1) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof ForeignEvents || error instanceof StreamTooShort || outages > OUTAGES_MAX) throw error;
      await sleep(backOffMs(outages, PAUSE_FROM_MS, PAUSE_MAX_MS));
    }
  }
};

/** Appends a run with nothing else under way: what failed before may only have overtaken another append. */
const appendAlone = async ({ to }: CopyOptions, progress: Progress, run: Run): Promise<void> => {
  try {
    await retry(() => appendRun(to, run));
  } catch (error) {
    if (!(error instanceof StreamTooShort)) throw error;
    await retry(() => fillGap(to, error));
    progress.gaps.set(error.stream, error.needs);
    await retry(() => appendRun(to, run));
  }
  confirmRun(progress, run);
};

/**
 * Copies every stream without `$` with its metadata and access list: same event ids, data, metadata and revisions, in
 * the order of the log, up to where the log of the source ends at the beginning. May be killed and run again at any
 * point. JSON is read and written as the client does, so numbers beyond 2^53 lose digits. Throws `ForeignEvents`.
 */
export const copyStore = async (options: CopyOptions): Promise<CopyReport> => {
  const { from, to, progressPath, onProgress } = options;
  const progress = await loadProgress(progressPath);
  if (progress.position === undefined) await checkTarget(options);
  const until = await lastPosition(from);
  if (until === undefined) return { copied: 0, withoutTime: 0, truncated: [], deleted: [] };

  for (;;) {
    const failedRun = await retry(() => appendLog(options, progress, until));
    if (failedRun === undefined) break;
    await appendAlone(options, progress, failedRun);
  }

  for (const [stream, metadata] of progress.metadata)
    await finishStream(to, stream, metadata as Record<string, unknown>, progress.gaps.get(stream));
  for (const stream of progress.tombstones) await tombstone(to, stream);
  await removeProgress(progressPath);
  onProgress?.({ copied: progress.copied, share: 1 });
  return {
    copied: progress.copied,
    withoutTime: progress.withoutTime,
    truncated: [...progress.gaps].map(([stream, missingEvents]) => ({ stream, missingEvents })),
    deleted: [...progress.tombstones],
  };
};
