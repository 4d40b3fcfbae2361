import type { Router } from 'express';
import { Container, type ServiceIdentifier } from 'inversify';
import { requireRole } from '@lego-moc/auth-middleware/authenticate';
import { connectEventStore, type EventStoreClient } from '@lego-moc/event-store/connect';
import { createLogger, type Logger } from '@lego-moc/logger/logger';
import { openDatabase, type Database } from '@lego-moc/postgres/database';
import { PROJECTION_CONTRACTS, projectionsRouter } from '@lego-moc/read-models/ops-router';
import { postgresReadModels } from '@lego-moc/read-models/postgres/postgres-read-models';
import { followIntegration, type RunningProjection } from '@lego-moc/read-models/run-projection';
import { serviceApi, type ServiceApi } from '@lego-moc/service/service-api';
import { searchContract, searchRoute } from './adapters/http/search.route.ts';
import { mocIndex } from './adapters/postgres/moc-index.ts';
import { postgresSearchIndex } from './adapters/postgres/postgres-search-index.ts';
import type { SearchIndex } from './application/ports/search-index.ts';
import type { Config } from './config.ts';

const SERVICE = 'search';
const SCHEMA = 'search';

const token = <T>(name: string): ServiceIdentifier<T> => Symbol(name);

export const SEARCH = {
  config: token<Config>('config'),
  logger: token<Logger>('logger'),
  eventStore: token<EventStoreClient>('event-store'),
  database: token<Database>('database'),
  index: token<SearchIndex>('search-index'),
  indexing: token<RunningProjection>('indexing'),
  routes: token<readonly Router[]>('routes'),
  api: token<ServiceApi>('api'),
};

const api = (config: Config, logger: Logger, client: EventStoreClient, routes: readonly Router[]): ServiceApi =>
  serviceApi({
    service: SERVICE,
    logger,
    trust: config,
    eventStore: client,
    contracts: [searchContract, ...PROJECTION_CONTRACTS],
    routes,
  });

/** The only file of the service that knows inversify. Tests rebind a token; nothing else is injected. */
export const compose = (config: Config): Container => {
  const it = new Container({ defaultScope: 'Singleton' });
  const { logger, eventStore, database, index, indexing, routes } = SEARCH;

  it.bind(SEARCH.config).toConstantValue(config);
  it.bind(logger).toConstantValue(createLogger(SERVICE, config.logLevel));
  it.bind(eventStore).toConstantValue(connectEventStore(config.eventStoreUrl));
  it.bind(database).toConstantValue(openDatabase(config.databaseUrl, { schema: SCHEMA }));
  it.bind(index).toResolvedValue(postgresSearchIndex, [database]);
  it.bind(indexing).toResolvedValue(
    (client: EventStoreClient, db: Database, log: Logger) =>
      followIntegration({ client, store: postgresReadModels(db), context: SERVICE, logger: log }, mocIndex),
    [eventStore, database, logger],
  );
  it.bind(routes).toResolvedValue(
    (mocs: SearchIndex, projection: RunningProjection) => [
      searchRoute(mocs),
      projectionsRouter(() => [projection], requireRole('operator')),
    ],
    [index, indexing],
  );
  it.bind(SEARCH.api).toResolvedValue(api, [SEARCH.config, logger, eventStore, routes]);

  return it;
};
