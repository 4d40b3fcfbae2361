export {
  PersistentSubscriptionsService,
  type IPersistentSubscriptionsServer as PersistentSubscriptionsServer,
} from '@eventstore/db-client/generated/persistent_grpc_pb.js';
export { default as persistent } from '@eventstore/db-client/generated/persistent_pb.js';
