import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import {
  ANY,
  BACKWARDS,
  END,
  FORWARDS,
  jsonEvent,
  NO_STREAM,
  START,
  StreamDeletedError,
  StreamNotFoundError,
  WrongExpectedVersionError,
  type AllStreamRecordedEvent,
  type EventStoreDBClient,
  type ReadStreamOptions,
  type RecordedEvent,
} from '@eventstore/db-client';
import { copyOf } from './copied-event.ts';

/** The target has other events in a stream that is to be copied. */
export class ForeignEvents extends Error {
  constructor(stream: string) {
    super(
      `The target already holds other events in the stream ${stream}. Choose an empty store, or delete that stream.`,
    );
    this.name = 'ForeignEvents';
  }
}

/** A stream of the target is shorter than the next event's revision says. */
export class StreamTooShort extends Error {
  readonly stream: string;
  readonly has: number;
  readonly needs: number;
  constructor(stream: string, has: number, needs: number) {
    super(`${stream} has ${has} events in the target and needs ${needs}`);
    this.stream = stream;
    this.has = has;
    this.needs = needs;
  }
}

/** Stands for an event that is gone in the source; a later copy of the copy treats it as gone, too. */
export const FILLER = 'event-store-copy.Gone';

const FILLERS_PER_APPEND = 500;

/** As it is stored: the client's own call renames the keys that it knows. */
const readMetadata = async (client: EventStoreDBClient, stream: string): Promise<unknown> =>
  (await lastEvent(client, `$$${stream}`))?.data;

/** Writes metadata where it differs, since nothing recognises a second copy of it. */
const setMetadata = async (
  client: EventStoreDBClient,
  stream: string,
  metadata: Record<string, unknown>,
): Promise<void> => {
  if (isDeepStrictEqual(await readMetadata(client, stream), metadata)) return;
  await client.appendToStream(`$$${stream}`, jsonEvent({ id: randomUUID(), type: '$metadata', data: metadata }));
};

export type Run = readonly [AllStreamRecordedEvent, ...AllStreamRecordedEvent[]];

/** How many events at the beginning of `run` the target already holds. Throws `ForeignEvents` when it holds others. */
const countCopied = async (client: EventStoreDBClient, run: Run): Promise<number> => {
  const [{ streamId, revision }] = run;
  let copiedCount = 0;
  for await (const { event } of client.readStream(streamId, { fromRevision: revision, maxCount: run.length })) {
    if (event?.id !== run[copiedCount]?.id) throw new ForeignEvents(streamId);
    copiedCount += 1;
  }
  return copiedCount;
};

/** Why an append at the run's own revision was refused, or how many of its events are stored. */
const explainConflict = async (
  client: EventStoreDBClient,
  run: Run,
  { actualVersion }: WrongExpectedVersionError,
): Promise<number> => {
  const [{ streamId, revision }] = run;
  const has = typeof actualVersion === 'bigint' ? Number(actualVersion) + 1 : 0;
  if (has < Number(revision)) throw new StreamTooShort(streamId, has, Number(revision));
  return countCopied(client, run);
};

/**
 * Appends successive events of one stream at exactly their revisions; a second time changes nothing, also where an
 * earlier copy ended within the run. Throws `StreamTooShort` when events before them are missing, `ForeignEvents` when
 * others stand in their place.
 */
export const appendRun = async (client: EventStoreDBClient, run: Run): Promise<void> => {
  const [{ streamId, revision }] = run;
  try {
    const expectedRevision = revision === 0n ? NO_STREAM : revision - 1n;
    await client.appendToStream(streamId, run.map(copyOf), { expectedRevision });
  } catch (error) {
    if (error instanceof StreamDeletedError) throw new ForeignEvents(streamId);
    if (!(error instanceof WrongExpectedVersionError)) throw error;
    const copiedCount = await explainConflict(client, run, error);
    if (copiedCount === 0) throw new ForeignEvents(streamId);
    const [next, ...rest] = run.slice(copiedCount);
    if (next !== undefined) await appendRun(client, [next, ...rest]);
  }
};

/**
 * Makes a stream as long as the source's was before its first remaining event, so that revisions stay the same. The
 * placeholders lie before `$tb`, where no reader of the stream sees them.
 */
export const fillGap = async (
  client: EventStoreDBClient,
  { stream, has, needs }: Pick<StreamTooShort, 'stream' | 'has' | 'needs'>,
): Promise<void> => {
  await setMetadata(client, stream, { $tb: needs });
  for (let next = has; next < needs; next += FILLERS_PER_APPEND) {
    const count = Math.min(FILLERS_PER_APPEND, needs - next);
    const fillers = Array.from({ length: count }, () => jsonEvent({ id: randomUUID(), type: FILLER, data: {} }));
    await client.appendToStream(stream, fillers, { expectedRevision: next === 0 ? NO_STREAM : BigInt(next - 1) });
  }
};

/** A soft-deleted stream says so by a truncation beyond every revision. */
const isDeletion = (metadata: Record<string, unknown>): boolean => Number(metadata['$tb'] ?? 0) >= 2 ** 62;

/** Gives a stream the metadata that it has in the source; `gap` events at its beginning stay hidden. */
export const finishStream = async (
  client: EventStoreDBClient,
  stream: string,
  metadata: Record<string, unknown>,
  gap = 0,
): Promise<void> => {
  if (isDeletion(metadata)) {
    await client.deleteStream(stream, { expectedRevision: ANY }).catch((error: unknown) => {
      // Nothing of it is left in the source, so there is nothing to delete here.
      if (!(error instanceof WrongExpectedVersionError)) throw error;
    });
    return;
  }
  const truncateBefore = Math.max(gap, Number(metadata['$tb'] ?? 0));
  await setMetadata(client, stream, truncateBefore === 0 ? metadata : { ...metadata, $tb: truncateBefore });
};

export const tombstone = async (client: EventStoreDBClient, stream: string): Promise<void> => {
  await client.tombstoneStream(stream, { expectedRevision: ANY }).catch((error: unknown) => {
    if (!(error instanceof StreamDeletedError)) throw error;
  });
};

const edgeEvent = async (
  client: EventStoreDBClient,
  stream: string,
  edge: Pick<ReadStreamOptions, 'direction' | 'fromRevision'>,
): Promise<RecordedEvent | undefined> => {
  try {
    let match: RecordedEvent | undefined;
    for await (const { event } of client.readStream(stream, { ...edge, maxCount: 1 })) match = event;
    return match;
  } catch (error) {
    if (error instanceof StreamNotFoundError || error instanceof StreamDeletedError) return undefined;
    throw error;
  }
};

/** The first event of a stream that can be read; `undefined` when there is none. */
export const firstEvent = (client: EventStoreDBClient, stream: string): Promise<RecordedEvent | undefined> =>
  edgeEvent(client, stream, { direction: FORWARDS, fromRevision: START });

const lastEvent = (client: EventStoreDBClient, stream: string): Promise<RecordedEvent | undefined> =>
  edgeEvent(client, stream, { direction: BACKWARDS, fromRevision: END });
