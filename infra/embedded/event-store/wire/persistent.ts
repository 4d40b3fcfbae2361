import type { handleBidiStreamingCall } from '@grpc/grpc-js';
import {
  PersistentSubscriptionsService as generatedService,
  type IPersistentSubscriptionsServer as Generated,
} from '@eventstore/db-client/generated/persistent_grpc_pb.js';
import persistent from '@eventstore/db-client/generated/persistent_pb.js';
import type { EncodedMessage } from './read-event.ts';

export { persistent };

/** A response to a consumer, as a message or as its bytes. */
export type ReadResponse = persistent.ReadResp | EncodedMessage;

export const PersistentSubscriptionsService = {
  ...generatedService,
  read: {
    ...generatedService.read,
    responseSerialize: (response: ReadResponse): Buffer =>
      Buffer.isBuffer(response) ? response : generatedService.read.responseSerialize(response),
  },
};

type Unary = 'create' | 'update' | 'delete' | 'getInfo' | 'replayParked' | 'list' | 'restartSubsystem';

export type PersistentSubscriptionsServer = { readonly [Method in Unary]: Generated[Method] } & {
  readonly read: handleBidiStreamingCall<persistent.ReadReq, ReadResponse>;
};
