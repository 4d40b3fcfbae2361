export {
  ProjectionsService,
  type IProjectionsServer as ProjectionsServer,
} from '@eventstore/db-client/generated/projections_grpc_pb.js';
export { default as projections } from '@eventstore/db-client/generated/projections_pb.js';
