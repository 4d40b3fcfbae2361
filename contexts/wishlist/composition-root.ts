import { Container, ContainerModule, type ServiceIdentifier } from 'inversify';
import { requireRole, requireUser } from '@lego-moc/auth-middleware/authenticate';
import { connectEventStore, type EventStoreClient } from '@lego-moc/event-store/connect';
import { eventStoreDbStreams } from '@lego-moc/event-store/event-store-db-streams';
import type { ApiOptions } from '@lego-moc/http/api';
import { idempotent } from '@lego-moc/http/idempotency';
import { postgresIdempotencyStore } from '@lego-moc/http/postgres-idempotency-store';
import { systemClock, type Clock } from '@lego-moc/application/clock';
import type { EventStreams } from '@lego-moc/application/event-streams';
import { foldedStates } from '@lego-moc/application/folded-states';
import { createLogger, type Logger } from '@lego-moc/logger/logger';
import { openPrivateObjects } from '@lego-moc/object-storage/private-objects';
import { imageProcessor } from '@lego-moc/images/image-processor';
import { openDatabase, type Database } from '@lego-moc/postgres/database';
import { PROJECTION_CONTRACTS, projectionsRouter } from '@lego-moc/read-models/ops-router';
import { postgresReadModels } from '@lego-moc/read-models/postgres/postgres-read-models';
import { followProjection, type RunningProjection } from '@lego-moc/read-models/run-projection';
import { serviceApi, type ServiceApi } from '@lego-moc/service/service-api';
import { wishlistCodec } from './adapters/event-store/wishlist-codec.ts';
import { CONTRACTS, readsItsOwnBody } from './adapters/http/contracts.ts';
import { imageRoutes, readImageBody } from './adapters/http/images.route.ts';
import { itemRoutes } from './adapters/http/items.route.ts';
import { reorderRoutes } from './adapters/http/reorder.route.ts';
import { storedImages } from './adapters/object-storage/stored-images.ts';
import { wishImageProcessor } from './adapters/images/wish-image-processor.ts';
import { wishlistReader } from './adapters/read-models/wishlist-reader.ts';
import { wishlists } from './adapters/read-models/wishlists.ts';
import type { ImageStore } from './application/ports/image-store.ts';
import type { WishlistReader } from './application/ports/wishlist-reader.ts';
import type { Config } from './config.ts';
import type { WishlistStates } from './application/wishlist-states.ts';
import { wishlistDecider } from './domain/wishlist.ts';
import type { WishlistEvent } from './domain/wishlist-events.ts';

export const SERVICE = 'wishlist';

/** Lists of those who were here lately: a list of a hundred wishes is some 100 kB of memory. */
const STATES_MAX = 1_000;

const token = <T>(name: string): ServiceIdentifier<T> => Symbol(name);

export const WISHLIST = {
  config: token<Config>('config'),
  clock: token<Clock>('clock'),
  logger: token<Logger>('logger'),
  eventStore: token<EventStoreClient>('event-store'),
  database: token<Database>('database'),
  streams: token<EventStreams<WishlistEvent>>('wishlist-streams'),
  states: token<WishlistStates>('wishlist-states'),
  images: token<ImageStore>('images'),
  reader: token<WishlistReader>('wishlist-reader'),
  readModel: token<RunningProjection>('wishlists'),
  routes: token<ApiOptions['routes']>('routes'),
  api: token<ServiceApi>('api'),
};

const api = (
  config: Config,
  logger: Logger,
  client: EventStoreClient,
  db: Database,
  routes: ApiOptions['routes'],
): ServiceApi =>
  serviceApi({
    service: SERVICE,
    logger,
    trust: config,
    eventStore: client,
    contracts: [...CONTRACTS, ...PROJECTION_CONTRACTS],
    readsOwnBody: readsItsOwnBody,
    routes: [requireUser, readImageBody, idempotent(postgresIdempotencyStore(db), { logger }), ...routes],
  });

const outside = new ContainerModule(({ bind }) => {
  const { config, clock } = WISHLIST;
  bind(WISHLIST.eventStore).toResolvedValue((set: Config) => connectEventStore(set.eventStoreUrl), [config]);
  bind(WISHLIST.database).toResolvedValue(
    (set: Config) => openDatabase(set.databaseUrl, { schema: SERVICE }),
    [config],
  );
  bind(WISHLIST.images).toResolvedValue(
    (set: Config, now: Clock) => storedImages(openPrivateObjects(set.images, now)),
    [config, clock],
  );
});

const inside = new ContainerModule(({ bind }) => {
  const { eventStore, database, streams, states, reader, readModel, images, clock, logger } = WISHLIST;
  bind(streams).toResolvedValue(
    (client: EventStoreClient) => eventStoreDbStreams(client, 'wishlist', wishlistCodec),
    [eventStore],
  );
  bind(states).toResolvedValue(
    (lists: EventStreams<WishlistEvent>) => foldedStates(wishlistDecider, lists, { entriesMax: STATES_MAX }),
    [streams],
  );
  bind(reader).toResolvedValue(wishlistReader, [database, states, streams]);
  bind(readModel).toResolvedValue(
    (client: EventStoreClient, db: Database, log: Logger) =>
      followProjection(
        { client, store: postgresReadModels(db), context: SERVICE, logger: log },
        wishlists,
        wishlistCodec,
      ),
    [eventStore, database, logger],
  );
  bind(WISHLIST.routes).toDynamicValue((it) => {
    const needs = { handle: it.get(states).handle, reader: it.get(reader), now: it.get(clock) };
    const { categories } = it.get(WISHLIST.config);
    return [
      itemRoutes({ ...needs, categories }),
      reorderRoutes(needs.handle, needs.reader, needs.now),
      imageRoutes({ ...needs, images: it.get(images), imageProcessor: wishImageProcessor(imageProcessor()) }),
      projectionsRouter(() => [it.get(readModel)], requireRole('operator')),
    ];
  });
  bind(WISHLIST.api).toResolvedValue(api, [WISHLIST.config, logger, eventStore, database, WISHLIST.routes]);
});

/** The only file of the service that knows inversify. Tests rebind a token; nothing else is injected. */
export const compose = (config: Config): Container => {
  const it = new Container({ defaultScope: 'Singleton' });
  it.bind(WISHLIST.config).toConstantValue(config);
  it.bind(WISHLIST.clock).toConstantValue(systemClock);
  it.bind(WISHLIST.logger).toConstantValue(createLogger(SERVICE, config.logLevel));
  it.load(outside, inside);
  return it;
};
