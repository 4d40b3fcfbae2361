export {
  ServerFeaturesService,
  type IServerFeaturesServer as ServerFeaturesServer,
} from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
export { default as serverFeatures } from '@eventstore/db-client/generated/serverfeatures_pb.js';
