import type { handleServerStreamingCall } from '@grpc/grpc-js';
import { authorizationIn, type Authorizer } from '../security/authorizer.ts';
import type { EventLog } from '../storage/event-log.ts';
import { handlerFailed, streamDeleted } from '../wire/errors.ts';
import type { ReadResponse, streams } from '../wire/streams.ts';
import { pageSource } from './page-source.ts';
import { readQuery, type ReadQuery } from './read-request.ts';
import { responseWriter } from './response-writer.ts';
import { streamNotFoundResponse } from './responses.ts';
import { CallRefused, throwIfRefused, toRpcFailure } from './rpc-failure.ts';
import { hasEvents, sendEvent, type EventWriter } from './send-event.ts';
import { subscribe } from './subscribe.ts';

/** Reads and catch-up subscriptions: both pull pages from the log as fast as the client accepts them. */
export const readHandler =
  (log: EventLog, authorizer: Authorizer): handleServerStreamingCall<streams.ReadReq, ReadResponse> =>
  (call) => {
    const writer = responseWriter(call);
    const serve = async (): Promise<void> => {
      const query = readQuery(call.request);
      const authorization = authorizationIn(call.metadata);
      throwIfRefused(authorizer.checkStream(authorization, 'read', query.stream ?? '$all'));
      rejectUnknownPosition(log, query);
      await (query.max === undefined ? subscribe(log, query, writer) : read(log, query, query.max, writer));
      if (!writer.isClosed()) call.end();
    };
    serve().catch((error: unknown) => {
      if (!writer.isClosed()) call.emit('error', toRpcFailure(error));
    });
  };

const read = async (log: EventLog, query: ReadQuery, max: bigint, writer: EventWriter): Promise<void> => {
  if (query.stream !== undefined) {
    const state = log.state(query.stream);
    if (state.tombstoned) throw new CallRefused(streamDeleted(query.stream));
    if (!hasEvents(state)) {
      writer.write(streamNotFoundResponse(query.stream));
      return;
    }
  }
  const source = pageSource(log, query, query.from);
  let remainingCount = max;
  /** False at the end. Synchronous: what a loop with an await holds stays in memory while a client does not read. */
  const sendPage = (): boolean => {
    const page = source.next(query.filter === undefined ? remainingCount : undefined);
    for (const { event, isVisible } of page) {
      if (!isVisible || remainingCount === 0n) continue;
      sendEvent(log, query, event, writer);
      remainingCount -= 1n;
    }
    return page.length > 0;
  };
  while (remainingCount > 0n && (await writer.whenWritable())) if (!sendPage()) return;
};

/** A position of the log is that of a record, or 0; between two records and beyond the end there is none. */
const rejectUnknownPosition = (log: EventLog, { stream, from }: ReadQuery): void => {
  if (stream !== undefined || typeof from !== 'bigint' || from === 0n) return;
  if (log.readAll(from, 'forwards', 1)[0]?.position !== from) throw new CallRefused(handlerFailed());
};
