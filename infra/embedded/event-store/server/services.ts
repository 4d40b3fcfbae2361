import type { Server } from '@grpc/grpc-js';
import type { EventLog } from '../storage/event-log.ts';
import { persistentSubscriptionsService } from '../persistent-subscriptions/service.ts';
import { streamsService } from '../streams/service.ts';
import { GossipService } from '../wire/gossip.ts';
import { PersistentSubscriptionsService } from '../wire/persistent.ts';
import { ServerFeaturesService } from '../wire/server-features.ts';
import { StreamsService } from '../wire/streams.ts';
import { gossipService, type AdvertisedEndpoint } from './gossip-service.ts';
import { serverFeaturesService } from './server-features-service.ts';

export type NodeIdentity = { readonly instanceId: string; readonly endpoint: () => AdvertisedEndpoint };

/** Everything the node answers over gRPC. Call what it returns before closing the log. */
export const addServices = (server: Server, log: EventLog, { instanceId, endpoint }: NodeIdentity): (() => void) => {
  const subscriptions = persistentSubscriptionsService(log);
  server.addService(StreamsService, streamsService(log));
  server.addService(ServerFeaturesService, serverFeaturesService());
  server.addService(GossipService, gossipService(instanceId, endpoint));
  server.addService(PersistentSubscriptionsService, subscriptions.service);
  return subscriptions.close;
};
