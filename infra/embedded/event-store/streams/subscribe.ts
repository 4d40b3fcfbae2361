import { randomUUID } from 'node:crypto';
import { END, type EventLog } from '../storage/event-log.ts';
import { streamDeleted } from '../wire/errors.ts';
import { commitSignal } from './commit-signal.ts';
import { pageSource } from './page-source.ts';
import type { ReadQuery } from './read-request.ts';
import { caughtUpResponse, checkpointResponse, confirmationResponse } from './responses.ts';
import { CallRefused } from './rpc-failure.ts';
import { hasEvents, sendEvent, type EventWriter } from './send-event.ts';
import { lastRecords } from './tombstone.ts';

/**
 * Sends stored events, then new ones, until the client leaves. As in EventStoreDB, a subscription to a stream without
 * events is caught up after the first event, except from the end, where it is so at once, even behind a tombstone.
 */
export const subscribe = async (log: EventLog, query: ReadQuery, writer: EventWriter): Promise<void> => {
  const source = pageSource(log, query, startOf(log, query));
  const signal = commitSignal(log, writer);
  const ignoresTombstone = query.from === 'end' && isTombstoned(log, query);
  let isLive = false;
  let drainedAt = log.lastPosition();
  let scannedCount = 0;

  /** False when nothing is left to send. Synchronous, so that no page is held while a client does not read. */
  const sendPage = (): boolean => {
    const page = source.next();
    for (const { event, isVisible } of page) {
      if (isVisible) sendEvent(log, query, event, writer);
      scannedCount += 1;
      if (isCheckpoint(query, scannedCount)) writer.write(checkpointResponse(event.position));
    }
    return page.length > 0;
  };

  writer.write(confirmationResponse(randomUUID()));
  while (await writer.whenWritable()) {
    signal.reset();
    if (sendPage()) continue;
    if (!ignoresTombstone && isTombstoned(log, query)) {
      endAtTombstone(log, query, writer, isLive ? drainedAt : undefined);
    }
    drainedAt = log.lastPosition();
    if (!isLive && mayBeLive(log, query)) {
      writer.write(caughtUpResponse());
      isLive = true;
    }
    await signal.wait();
  }
};

const isTombstoned = (log: EventLog, { stream }: ReadQuery): boolean =>
  stream !== undefined && log.state(stream).tombstoned;

const mayBeLive = (log: EventLog, { stream, from }: ReadQuery): boolean =>
  stream === undefined || from === 'end' || hasEvents(log.state(stream));

/** Throws; a live subscription is sent what came after `drainedAt` first, the tombstone included. */
const endAtTombstone = (log: EventLog, query: ReadQuery, writer: EventWriter, drainedAt: bigint | undefined): never => {
  const { stream = '' } = query;
  if (drainedAt !== undefined) {
    for (const event of lastRecords(log, stream, drainedAt)) sendEvent(log, query, event, writer);
  }
  throw new CallRefused(streamDeleted(stream));
};

const isCheckpoint = ({ filter, checkpointInterval }: ReadQuery, scannedCount: number): boolean =>
  filter !== undefined && scannedCount % checkpointInterval === 0;

/** Subscriptions start after the revision or position they name. */
const startOf = (log: EventLog, { stream, from }: ReadQuery): bigint => {
  if (from === 'start') return 0n;
  if (from !== 'end') return from >= END ? END : from + 1n;
  return (stream === undefined ? log.lastPosition() : log.state(stream).lastRevision) + 1n;
};
