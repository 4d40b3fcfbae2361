import { PersistentSubscriptionsService } from '../wire/persistent.ts';
import { serverFeatures, ServerFeaturesService, type ServerFeaturesServer } from '../wire/server-features.ts';
import { GossipService } from '../wire/gossip.ts';
import { ProjectionsService } from '../wire/projections.ts';
import { StreamsService } from '../wire/streams.ts';

/** The release whose behaviour this node reproduces. */
export const SERVER_VERSION = '23.10.6';

const FEATURES: Readonly<Record<string, readonly string[]>> = {
  '/event_store.client.streams.Streams/Read': ['position', 'events'],
  '/event_store.client.projections.Projections/Create': ['track_emitted_streams'],
  '/event_store.client.streams.Streams/BatchAppend': ['deadline_duration'],
};

const PERSISTENT_SUBSCRIPTIONS = '/event_store.client.persistent_subscriptions.';

/** Clients ask once what the server can do and fall back to older calls for what it does not list. */
export const serverFeaturesService = (): ServerFeaturesServer => ({
  getSupportedMethods: (_call, callback) => callback(null, supportedMethods()),
});

const supportedMethods = () => {
  const services = [
    StreamsService,
    PersistentSubscriptionsService,
    ProjectionsService,
    ServerFeaturesService,
    GossipService,
  ];
  const methods = services.flatMap((service) =>
    Object.values<{ readonly path: string }>(service).map(({ path }) => supportedMethod(path)),
  );
  return new serverFeatures.SupportedMethods().setEventStoreServerVersion(SERVER_VERSION).setMethodsList(methods);
};

const supportedMethod = (path: string) => {
  const [, serviceName = '', methodName = ''] = path.split('/');
  const features = path.startsWith(PERSISTENT_SUBSCRIPTIONS) ? ['stream', 'all'] : (FEATURES[path] ?? []);
  return new serverFeatures.SupportedMethod()
    .setServiceName(serviceName.toLowerCase())
    .setMethodName(methodName.toLowerCase())
    .setFeaturesList([...features]);
};
