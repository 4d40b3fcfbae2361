import type { AllStreamRecordedEvent, EventStoreDBClient } from '@eventstore/db-client';
import { differenceOf } from './copied-event.ts';
import { isSystemStream, lastPosition, metadataOwner, readLog } from './log-reader.ts';
import { FILLER, firstEvent } from './target.ts';

export type Difference = { readonly stream: string; readonly revision: string; readonly aspect: string };

export type VerifyReport = { readonly comparisons: number; readonly differences: readonly Difference[] };

/** The limit of listed differences: after so many the copy is wrong as a whole. */
const DIFFERENCES_MAX = 100;

async function* contentOf(client: EventStoreDBClient): AsyncIterator<AllStreamRecordedEvent, undefined> {
  const until = await lastPosition(client);
  if (until === undefined) return undefined;
  for await (const event of readLog(client, { after: undefined, until })) {
    const isMetadata = metadataOwner(event.streamId) !== undefined;
    if (isMetadata || isSystemStream(event.streamId) || event.type === '$streamDeleted' || event.type === FILLER)
      continue;
    yield event;
  }
  return undefined;
}

/** Whether the source knows a stream of the target at all; other streams of the target are ignored. */
const sharedStreams = (from: EventStoreDBClient): ((stream: string) => Promise<boolean>) => {
  const isShared = new Map<string, boolean>();
  return async (stream) => {
    const isKept = isShared.get(stream);
    if (isKept !== undefined) return isKept;
    const isPresent = (await firstEvent(from, stream)) !== undefined;
    isShared.set(stream, isPresent);
    return isPresent;
  };
};

const at = ({ streamId, revision }: AllStreamRecordedEvent, aspect: string): Difference => ({
  stream: streamId,
  revision: String(revision),
  aspect,
});

/**
 * Compares both logs event by event, in their order: stream, revision, id, type, data and metadata. Streams that only
 * the target has are skipped.
 */
export const verifyCopy = async (from: EventStoreDBClient, to: EventStoreDBClient): Promise<VerifyReport> => {
  const [sources, copies] = [contentOf(from), contentOf(to)];
  const isInSource = sharedStreams(from);
  const differences: Difference[] = [];
  let comparisons = 0;

  const nextCopy = async (
    expected: AllStreamRecordedEvent | undefined,
  ): Promise<AllStreamRecordedEvent | undefined> => {
    for (;;) {
      const { value } = await copies.next();
      if (value === undefined || value.streamId === expected?.streamId) return value;
      if (await isInSource(value.streamId)) return value;
    }
  };

  while (differences.length < DIFFERENCES_MAX) {
    const { value: source } = await sources.next();
    const copy = await nextCopy(source);
    if (source === undefined && copy === undefined) break;
    comparisons += 1;
    if (source === undefined) {
      if (copy !== undefined) differences.push(at(copy, 'only in the target'));
    } else if (copy === undefined) {
      differences.push(at(source, 'only in the source'));
    } else {
      const aspect = differenceOf(source, copy);
      if (aspect !== undefined) differences.push(at(source, aspect));
    }
  }
  return { comparisons, differences };
};
