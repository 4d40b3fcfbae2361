import type { Server } from '@grpc/grpc-js';
import { persistentSubscriptionsService, type PersistentSubscriptions } from '../persistent-subscriptions/service.ts';
import { projectionsService } from '../projections/service.ts';
import type { SystemProjections } from '../projections/system-projections.ts';
import { authorizationIn, type Authorizer } from '../security/authorizer.ts';
import { guardedService } from '../security/guarded-service.ts';
import type { EventLog } from '../storage/event-log.ts';
import { streamsService } from '../streams/service.ts';
import { GossipService } from '../wire/gossip.ts';
import { PersistentSubscriptionsService } from '../wire/persistent.ts';
import { ProjectionsService } from '../wire/projections.ts';
import { ServerFeaturesService } from '../wire/server-features.ts';
import { StreamsService } from '../wire/streams.ts';
import { gossipService, type AdvertisedEndpoint } from './gossip-service.ts';
import { serverFeaturesService } from './server-features-service.ts';

export type NodeIdentity = { readonly instanceId: string; readonly endpoint: () => AdvertisedEndpoint };

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
  });
  const forOperators = guardedService(subscriptions.service, (metadata) =>
    authorizer.checkOperations(authorizationIn(metadata)),
  );
  server.addService(StreamsService, streamsService(log, authorizer));
  server.addService(PersistentSubscriptionsService, authorizer.allowsAll ? subscriptions.service : forOperators);
  const projecting = guardedService(projectionsService(projections), (metadata) =>
    authorizer.checkOperations(authorizationIn(metadata)),
  );
  server.addService(ProjectionsService, authorizer.allowsAll ? projectionsService(projections) : projecting);
  server.addService(ServerFeaturesService, serverFeaturesService());
  server.addService(GossipService, gossipService(instanceId, endpoint));
  return subscriptions;
};
