import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { Server, ServerCredentials, type ServerDuplexStream, type ServerWritableStream } from '@grpc/grpc-js';
import { serverFeaturesService } from '../server/server-features-service.ts';
import { persistent, PersistentSubscriptionsService } from '../wire/persistent.ts';
import { ServerFeaturesService } from '../wire/server-features.ts';
import { writeStreamName, writeUuid } from '../wire/shared.ts';
import { streams } from '../wire/streams.ts';
import { openSyncLog } from './sync-log.ts';

/**
 * Measures the protocol alone: the same messages as a node's, without any store. With `--log`, appended events are
 * written to a file and flushed before the answer.
 */
const { values } = parseArgs({ options: { log: { type: 'string' } } });
const log = values.log === undefined ? undefined : await openSyncLog(values.log);
const BYTES = 256;

const batchAppend = (call: ServerDuplexStream<streams.BatchAppendReq, streams.BatchAppendResp>): void => {
  let pendingChunks: Uint8Array[] = [];
  call.on('data', (request: streams.BatchAppendReq) => {
    for (const message of request.getProposedMessagesList()) pendingChunks.push(message.getData_asU8());
    if (!request.getIsFinal()) return;
    const answer = (): void => {
      const position = new streams.BatchAppendResp.Success();
      position.setCurrentRevision('1');
      const response = new streams.BatchAppendResp().setSuccess(position);
      const id = request.getCorrelationId();
      if (id !== undefined) response.setCorrelationId(id);
      call.write(response);
    };
    const bytes = pendingChunks;
    pendingChunks = [];
    if (log === undefined) answer();
    else void log.append(Buffer.concat(bytes)).then(answer);
  });
  call.on('end', () => call.end());
};

const stamp = (
  message: streams.ReadResp.ReadEvent.RecordedEvent | persistent.ReadResp.ReadEvent.RecordedEvent,
): void => {
  message.setId(writeUuid(randomUUID())).setStreamIdentifier(writeStreamName(`bench-${randomUUID()}`));
  message.setStreamRevision('1').setPreparePosition('1').setCommitPosition('1').setData(Buffer.alloc(BYTES, 'x'));
  const metadata = message.getMetadataMap();
  metadata.set('type', 'Measured').set('created', '17000000000000000').set('content-type', 'application/octet-stream');
};

const sampleEvent = (): streams.ReadResp => {
  const recordedEvent = new streams.ReadResp.ReadEvent.RecordedEvent();
  stamp(recordedEvent);
  return new streams.ReadResp().setEvent(
    new streams.ReadResp.ReadEvent().setEvent(recordedEvent).setCommitPosition('1'),
  );
};

/** As many events as were asked for, or without end. */
const read = (call: ServerWritableStream<streams.ReadReq, streams.ReadResp>): void => {
  const options = call.request.getOptions();
  const remainingCount = options?.hasCount() === true ? Number(options.getCount()) : Number.MAX_SAFE_INTEGER;
  if (options?.hasSubscription() === true) {
    call.write(new streams.ReadResp().setConfirmation(new streams.ReadResp.SubscriptionConfirmation()));
  }
  const event = sampleEvent();
  let sentCount = 0;
  const more = (): void => {
    while (sentCount < remainingCount && !call.cancelled) {
      sentCount += 1;
      if (!call.write(event)) return void call.once('drain', more);
    }
    call.end();
  };
  more();
};

/** Keeps as many events in flight as the consumer has room for. */
const consume = (call: ServerDuplexStream<persistent.ReadReq, persistent.ReadResp>): void => {
  const recordedEvent = new persistent.ReadResp.ReadEvent.RecordedEvent();
  stamp(recordedEvent);
  const event = new persistent.ReadResp().setEvent(
    new persistent.ReadResp.ReadEvent().setEvent(recordedEvent).setCommitPosition('1').setRetryCount(0),
  );
  const send = (count: number): void => {
    for (let index = 0; index < count; index += 1) call.write(event);
  };
  call.on('data', (request: persistent.ReadReq) => {
    if (request.hasAck()) {
      send(request.getAck()?.getIdsList().length ?? 0);
      return;
    }
    const confirmation = new persistent.ReadResp.SubscriptionConfirmation().setSubscriptionId('reference');
    call.write(new persistent.ReadResp().setSubscriptionConfirmation(confirmation));
    send(request.getOptions()?.getBufferSize() ?? 0);
  });
  call.on('end', () => call.end());
};

const server = new Server({ 'grpc.max_receive_message_length': 24 * 1024 * 1024 });
server.addService(ServerFeaturesService, serverFeaturesService());
server.addService(StreamsService, { batchAppend, read });
server.addService(PersistentSubscriptionsService, {
  read: consume,
  create: (_: unknown, answer: (error: null, response: persistent.CreateResp) => void) =>
    answer(null, new persistent.CreateResp()),
});
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  console.log(`Ready: esdb://127.0.0.1:${port}?tls=false`);
});
process.once('SIGTERM', () => process.exit(0));
