import type { Server } from '@grpc/grpc-js';
import type { EventLog } from '../storage/event-log.ts';
import { streamsService } from '../streams/service.ts';
import { GossipService } from '../wire/gossip.ts';
import { ServerFeaturesService } from '../wire/server-features.ts';
import { StreamsService } from '../wire/streams.ts';
import { gossipService, type AdvertisedEndpoint } from './gossip-service.ts';
import { serverFeaturesService } from './server-features-service.ts';

export type NodeIdentity = { readonly instanceId: string; readonly endpoint: () => AdvertisedEndpoint };

/** Everything the node answers over gRPC. */
export const addServices = (server: Server, log: EventLog, { instanceId, endpoint }: NodeIdentity): void => {
  server.addService(StreamsService, streamsService(log));
  server.addService(ServerFeaturesService, serverFeaturesService());
  server.addService(GossipService, gossipService(instanceId, endpoint));
};
