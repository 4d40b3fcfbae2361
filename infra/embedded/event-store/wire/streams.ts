export {
  StreamsService,
  type IStreamsServer as StreamsServer,
} from '@eventstore/db-client/generated/streams_grpc_pb.js';
export { default as streams } from '@eventstore/db-client/generated/streams_pb.js';
