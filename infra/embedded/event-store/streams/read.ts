import { randomUUID } from 'node:crypto';
import type { handleServerStreamingCall } from '@grpc/grpc-js';
import { END, type EventLog, type StoredEvent } from '../storage/event-log.ts';
import { streamDeleted } from '../wire/errors.ts';
import type { ReadResponse, streams } from '../wire/streams.ts';
import { authorizationIn, type Gatekeeper } from '../security/gatekeeper.ts';
import { CallRefused, failureOf, refuse } from './failure-of.ts';
import { outletOf, type Outlet } from './outlet.ts';
import { pageSource } from './page-source.ts';
import { readQuery, type ReadQuery } from './read-request.ts';
import {
  caughtUpResponse,
  checkpointResponse,
  confirmationResponse,
  eventResponse,
  streamNotFoundResponse,
} from './responses.ts';
import { wakeUpOn } from './wake-up.ts';

type Out = Outlet<ReadResponse>;

/** Reads and catch-up subscriptions: both pull pages from the log as fast as the client takes them. */
export const readHandler =
  (log: EventLog, gate: Gatekeeper): handleServerStreamingCall<streams.ReadReq, ReadResponse> =>
  (call) => {
    const out = outletOf(call);
    const serve = async (): Promise<void> => {
      const query = readQuery(call.request);
      const authorization = authorizationIn(call.metadata);
      const { stream } = query;
      refuse(stream === undefined ? gate.forAll(authorization) : gate.forStream(authorization, 'read', stream));
      await (query.max === undefined ? subscribe(log, query, out) : read(log, query, query.max, out));
      if (!out.isGone()) call.end();
    };
    serve().catch((error: unknown) => {
      if (!out.isGone()) call.emit('error', failureOf(error));
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
  while (left > 0n && (await out.room())) {
    const page = source.next(query.filter === undefined ? left : undefined);
    if (page.length === 0) return;
    for (const { event, shown } of page) {
      if (!shown || left === 0n) continue;
      present(log, query, event, out);
      left -= 1n;
    }
  }
};

const subscribe = async (log: EventLog, query: ReadQuery, out: Out): Promise<void> => {
  const source = pageSource(log, query, startOf(log, query));
  const wakeUp = wakeUpOn(log, out);
  out.write(confirmationResponse(randomUUID()));
  let isLive = false;
  let considered = 0;
  while (await out.room()) {
    wakeUp.arm();
    const page = source.next();
    for (const { event, shown } of page) {
      if (shown) present(log, query, event, out);
      considered += 1;
      if (isCheckpoint(query, considered)) out.write(checkpointResponse(event.position));
    }
    if (page.length > 0) continue;
    refuseTombstoned(log, query.stream);
    if (!isLive) out.write(caughtUpResponse());
    isLive = true;
    await wakeUp.next();
  }
};

const refuseTombstoned = (log: EventLog, stream: string | undefined): void => {
  if (stream !== undefined && log.state(stream).tombstoned) throw new CallRefused(streamDeleted(stream));
};

const isCheckpoint = ({ filter, checkpointInterval }: ReadQuery, considered: number): boolean =>
  filter !== undefined && considered % checkpointInterval === 0;

/** Subscriptions start after the revision or position they name. */
const startOf = (log: EventLog, { stream, from }: ReadQuery): bigint => {
  if (from === 'start') return 0n;
  if (from !== 'end') return from >= END ? END : from + 1n;
  return (stream === undefined ? log.lastPosition() : log.state(stream).lastRevision) + 1n;
};

const present = (log: EventLog, query: ReadQuery, event: StoredEvent, out: Out): void => {
  const resolved = query.resolveLinks ? log.resolveLink(event) : { event, link: undefined };
  out.write(eventResponse(resolved, event.position, query.structuredIds), contentBytes(resolved.event));
};

const contentBytes = (event: StoredEvent | undefined): number =>
  event === undefined ? 0 : event.data.length + event.metadata.length;
