import type { handleServerStreamingCall } from '@grpc/grpc-js';
import {
  StreamsService as generatedService,
  type IStreamsServer as Generated,
} from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { Encoded } from './read-event.ts';

export { streams };

/** A response to a read, as a message or as its bytes. */
export type ReadResponse = streams.ReadResp | Encoded;

export const StreamsService = {
  ...generatedService,
  read: {
    ...generatedService.read,
    responseSerialize: (response: ReadResponse): Buffer =>
      Buffer.isBuffer(response) ? response : generatedService.read.responseSerialize(response),
  },
};

export type StreamsServer = {
  readonly read: handleServerStreamingCall<streams.ReadReq, ReadResponse>;
  readonly append: Generated['append'];
  readonly batchAppend: Generated['batchAppend'];
  readonly delete: Generated['delete'];
  readonly tombstone: Generated['tombstone'];
};
