import { randomUUID } from 'node:crypto';
import type { handleServerStreamingCall } from '@grpc/grpc-js';
import { END, type EventLog, type StoredEvent } from '../storage/event-log.ts';
import { streamDeleted } from '../wire/errors.ts';
import type { ReadResponse, streams } from '../wire/streams.ts';
import { authorizationIn, type Authorizer } from '../security/authorizer.ts';
import { CallRefused, toRpcFailure, throwIfRefused } from './rpc-failure.ts';
import { responseWriter, type ResponseWriter } from './response-writer.ts';
import { pageSource } from './page-source.ts';
import { readQuery, type ReadQuery } from './read-request.ts';
import {
  caughtUpResponse,
  checkpointResponse,
  confirmationResponse,
  eventResponse,
  streamNotFoundResponse,
} from './responses.ts';
import { commitSignal } from './commit-signal.ts';

type Out = ResponseWriter<ReadResponse>;

/** Reads and catch-up subscriptions: both pull pages from the log as fast as the client takes them. */
export const readHandler =
  (log: EventLog, authorizer: Authorizer): handleServerStreamingCall<streams.ReadReq, ReadResponse> =>
  (call) => {
    const out = responseWriter(call);
    const serve = async (): Promise<void> => {
      const query = readQuery(call.request);
      const authorization = authorizationIn(call.metadata);
      const { stream } = query;
      throwIfRefused(
        stream === undefined
          ? authorizer.checkAll(authorization)
          : authorizer.checkStream(authorization, 'read', stream),
      );
      await (query.max === undefined ? subscribe(log, query, out) : read(log, query, query.max, out));
      if (!out.isClosed()) call.end();
    };
    serve().catch((error: unknown) => {
      if (!out.isClosed()) call.emit('error', toRpcFailure(error));
    });
  };

const read = async (log: EventLog, query: ReadQuery, max: bigint, out: Out): Promise<void> => {
  refuseTombstoned(log, query.stream);
  if (query.stream !== undefined) {
    const { lastRevision, softDeleted } = log.state(query.stream);
    if (lastRevision < 0n || softDeleted) {
      out.write(streamNotFoundResponse(query.stream));
      return;
    }
  }
  const source = pageSource(log, query, query.from);
  let left = max;
  while (left > 0n && (await out.whenWritable())) {
    const page = source.next(query.filter === undefined ? left : undefined);
    if (page.length === 0) return;
    for (const { event, isVisible } of page) {
      if (!isVisible || left === 0n) continue;
      sendEvent(log, query, event, out);
      left -= 1n;
    }
  }
};

const subscribe = async (log: EventLog, query: ReadQuery, out: Out): Promise<void> => {
  const source = pageSource(log, query, startOf(log, query));
  const wakeUp = commitSignal(log, out);
  out.write(confirmationResponse(randomUUID()));
  let isLive = false;
  let scannedCount = 0;
  while (await out.whenWritable()) {
    wakeUp.reset();
    const page = source.next();
    for (const { event, isVisible } of page) {
      if (isVisible) sendEvent(log, query, event, out);
      scannedCount += 1;
      if (isCheckpoint(query, scannedCount)) out.write(checkpointResponse(event.position));
    }
    if (page.length > 0) continue;
    refuseTombstoned(log, query.stream);
    if (!isLive) out.write(caughtUpResponse());
    isLive = true;
    await wakeUp.wait();
  }
};

const refuseTombstoned = (log: EventLog, stream: string | undefined): void => {
  if (stream !== undefined && log.state(stream).tombstoned) throw new CallRefused(streamDeleted(stream));
};

const isCheckpoint = ({ filter, checkpointInterval }: ReadQuery, scannedCount: number): boolean =>
  filter !== undefined && scannedCount % checkpointInterval === 0;

/** Subscriptions start after the revision or position they name. */
const startOf = (log: EventLog, { stream, from }: ReadQuery): bigint => {
  if (from === 'start') return 0n;
  if (from !== 'end') return from >= END ? END : from + 1n;
  return (stream === undefined ? log.lastPosition() : log.state(stream).lastRevision) + 1n;
};

const sendEvent = (log: EventLog, query: ReadQuery, event: StoredEvent, out: Out): void => {
  const resolved = query.resolveLinks ? log.resolveLink(event) : { event, link: undefined };
  out.write(eventResponse(resolved, event.position, query.structuredIds), contentBytes(resolved.event));
};

const contentBytes = (event: StoredEvent | undefined): number =>
  event === undefined ? 0 : event.data.length + event.metadata.length;
