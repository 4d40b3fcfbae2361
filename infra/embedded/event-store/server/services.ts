import type { Server } from '@grpc/grpc-js';
import { persistentSubscriptionsService, type PersistentSubscriptions } from '../persistent-subscriptions/service.ts';
import { projectionsService } from '../projections/service.ts';
import type { SystemProjections } from '../projections/system-projections.ts';
import { authorizationIn, type Authorizer, type Role } from '../security/authorizer.ts';
import { guardedService } from '../security/guarded-service.ts';
import type { EventLog } from '../storage/event-log.ts';
import { streamsService } from '../streams/service.ts';
import { GossipService } from '../wire/gossip.ts';
import { PersistentSubscriptionsService, type PersistentSubscriptionsServer } from '../wire/persistent.ts';
import { ProjectionsService } from '../wire/projections.ts';
import { ServerFeaturesService } from '../wire/server-features.ts';
import { StreamsService } from '../wire/streams.ts';
import { gossipService, type AdvertisedEndpoint } from './gossip-service.ts';
import { serverFeaturesService } from './server-features-service.ts';

export type NodeIdentity = { readonly instanceId: string; readonly endpoint: () => AdvertisedEndpoint };

/** The role that each operation on groups requires; consuming needs the right to read the stream, too. */
const ROLES: Readonly<Record<keyof PersistentSubscriptionsServer, Role>> = {
  create: 'operator',
  update: 'operator',
  delete: 'operator',
  replayParked: 'operator',
  restartSubsystem: 'operator',
  getInfo: 'user',
  list: 'user',
  read: 'user',
};

/** Everything the node answers over gRPC. Close the returned subscriptions before the log. */
export const addServices = (
  server: Server,
  log: EventLog,
  authorizer: Authorizer,
  projections: SystemProjections,
  { instanceId, endpoint }: NodeIdentity,
): PersistentSubscriptions => {
  const subscriptions = persistentSubscriptionsService(log, {
    userOf: ({ metadata }) => authorizer.userName(metadata),
    refusalOf: ({ metadata }, stream) => authorizer.checkStream(authorizationIn(metadata), 'read', stream),
  });
  const guardedSubscriptions = guardedService(subscriptions.service, (method, metadata) =>
    authorizer.checkRole(authorizationIn(metadata), ROLES[method]),
  );
  server.addService(StreamsService, streamsService(log, authorizer));
  server.addService(PersistentSubscriptionsService, guardedSubscriptions);
  server.addService(
    ProjectionsService,
    guardedService(projectionsService(projections), (_method, metadata) =>
      authorizer.checkRole(authorizationIn(metadata), 'operator'),
    ),
  );
  server.addService(ServerFeaturesService, serverFeaturesService());
  server.addService(GossipService, gossipService(instanceId, endpoint));
  return subscriptions;
};
