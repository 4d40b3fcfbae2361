import type { handleBidiStreamingCall, handleServerStreamingCall } from '@grpc/grpc-js';
import {
  StreamsService as generatedService,
  type IStreamsServer as Generated,
} from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { decodeBatchAppendRequest, type BatchAppendRequest } from './batch-append-request.ts';
import type { EncodedMessage } from './read-event.ts';

export { streams };

/** Responses, as messages or as their bytes. */
export type ReadResponse = streams.ReadResp | EncodedMessage;
export type BatchAppendResponse = streams.BatchAppendResp | EncodedMessage;

export const StreamsService = {
  ...generatedService,
  read: {
    ...generatedService.read,
    responseSerialize: (response: ReadResponse): Buffer =>
      Buffer.isBuffer(response) ? response : generatedService.read.responseSerialize(response),
  },
  batchAppend: {
    ...generatedService.batchAppend,
    requestDeserialize: decodeBatchAppendRequest,
    responseSerialize: (response: BatchAppendResponse): Buffer =>
      Buffer.isBuffer(response) ? response : generatedService.batchAppend.responseSerialize(response),
  },
};

export type StreamsServer = {
  readonly read: handleServerStreamingCall<streams.ReadReq, ReadResponse>;
  readonly append: Generated['append'];
  readonly batchAppend: handleBidiStreamingCall<BatchAppendRequest, BatchAppendResponse>;
  readonly delete: Generated['delete'];
  readonly tombstone: Generated['tombstone'];
};
