import type { Router } from 'express';
import { Container, type ServiceIdentifier } from 'inversify';
import { signerFromFile } from '@lego-moc/auth-middleware/user-context';
import { connectEventStore, type EventStoreClient } from '@lego-moc/event-store/connect';
import { eventStoreDbStreams } from '@lego-moc/event-store/event-store-db-streams';
import { publishIntegrationEvents } from '@lego-moc/event-store/publisher';
import type { Subscription } from '@lego-moc/event-store/subscription';
import { systemClock } from '@lego-moc/application/clock';
import { commandHandler } from '@lego-moc/application/command-handler';
import { currentState } from '@lego-moc/application/current-state';
import type { EventStreams } from '@lego-moc/application/event-streams';
import { createLogger, type Logger } from '@lego-moc/logger/logger';
import { openDatabase, type Database } from '@lego-moc/postgres/database';
import { serviceClient, type ServiceClient } from '@lego-moc/resilience/http-client';
import { serviceApi, type ServiceApi } from '@lego-moc/service/service-api';
import { announceJobs } from './adapters/event-store/announce-jobs.ts';
import { CATEGORY, fileJobCodec } from './adapters/event-store/file-job-codec.ts';
import { parsingWorker } from './adapters/event-store/parsing-worker.ts';
import { storedFiles } from './adapters/file-storage/stored-files.ts';
import { catalogueRoutes } from './adapters/http/catalogue.route.ts';
import { jobRoutes } from './adapters/http/job.route.ts';
import { CONTRACTS } from './adapters/http/routes.ts';
import { readPartsList } from './adapters/parts-list-files/read-parts-list.ts';
import { catalogueQueries } from './adapters/postgres/catalogue-queries.ts';
import { postgresJobLeases } from './adapters/postgres/postgres-job-leases.ts';
import { postgresCatalogue } from './adapters/postgres/postgres-catalogue.ts';
import { postgresLots } from './adapters/postgres/postgres-lots.ts';
import { parseFile, type HandleFileJob, type LoadJob, type ParseFile } from './application/parse-file.ts';
import type { StoredFiles } from './application/ports/stored-files.ts';
import type { Config } from './config.ts';
import { fileJobDecider } from './domain/file-job.ts';
import type { FileJobEvent } from './domain/file-job-events.ts';

const SERVICE = 'file-processing';
export const SCHEMA = 'file_processing';

const token = <T>(name: string): ServiceIdentifier<T> => Symbol(name);

export const FILE_PROCESSING = {
  config: token<Config>('config'),
  logger: token<Logger>('logger'),
  eventStore: token<EventStoreClient>('event-store'),
  database: token<Database>('database'),
  storage: token<ServiceClient>('file-storage'),
  files: token<StoredFiles>('stored-files'),
  streams: token<EventStreams<FileJobEvent>>('file-job-streams'),
  handle: token<HandleFileJob>('handle-file-job'),
  load: token<LoadJob>('load-job'),
  parse: token<ParseFile>('parse-file'),
  worker: token<Subscription>('parsing-worker'),
  publisher: token<Subscription>('publisher'),
  routes: token<readonly Router[]>('routes'),
  api: token<ServiceApi>('api'),
};

const fileStorageService = ({ fileStorageUrl, serviceKeyPath }: Config, logger: Logger): ServiceClient =>
  serviceClient({
    service: 'file-storage',
    baseUrl: fileStorageUrl,
    sign: signerFromFile(serviceKeyPath, SERVICE),
    logger,
  });

const parsing = (db: Database, files: StoredFiles, load: LoadJob, handle: HandleFileJob): ParseFile =>
  parseFile({
    ...{ load, handle, files, read: readPartsList, now: systemClock },
    catalogue: postgresCatalogue(db),
    lots: postgresLots(db),
    leases: postgresJobLeases(db),
  });

const worker = (
  client: EventStoreClient,
  parse: ParseFile,
  { parsingConcurrency }: Config,
  logger: Logger,
): Subscription => parsingWorker(client, { parse, concurrency: parsingConcurrency, logger });

const publisher = (client: EventStoreClient, streams: EventStreams<FileJobEvent>, logger: Logger): Subscription =>
  publishIntegrationEvents(client, {
    context: SERVICE,
    source: { streamPrefixes: [`${CATEGORY}-`] },
    translate: announceJobs(streams),
    logger,
  });

const routes = (db: Database, files: StoredFiles, load: LoadJob, handle: HandleFileJob): readonly Router[] => {
  const catalogue = postgresCatalogue(db);
  const store = postgresLots(db);
  return [
    jobRoutes({
      ...{ load, handle, files, now: systemClock },
      progress: postgresJobLeases(db).progress,
      lots: async (jobId, attemptId, query) =>
        store.page(jobId, attemptId, (await catalogue.newestRelease()).number, query),
    }),
    catalogueRoutes(catalogueQueries(db)),
  ];
};

const api = (config: Config, logger: Logger, client: EventStoreClient, routers: readonly Router[]): ServiceApi =>
  serviceApi({
    service: SERVICE,
    logger,
    trust: config,
    eventStore: client,
    contracts: CONTRACTS,
    routes: routers,
  });

/** The only file of the service that knows inversify. Tests rebind a token; nothing else is injected. */
export const compose = (config: Config): Container => {
  const it = new Container({ defaultScope: 'Singleton' });
  const { logger, eventStore, database, storage, files, streams, handle, load, parse } = FILE_PROCESSING;

  it.bind(FILE_PROCESSING.config).toConstantValue(config);
  it.bind(logger).toConstantValue(createLogger(SERVICE, config.logLevel));
  it.bind(eventStore).toConstantValue(connectEventStore(config.eventStoreUrl));
  it.bind(database).toConstantValue(openDatabase(config.databaseUrl, { schema: SCHEMA }));
  it.bind(storage).toResolvedValue(fileStorageService, [FILE_PROCESSING.config, logger]);
  it.bind(files).toResolvedValue(storedFiles, [storage]);
  it.bind(streams).toResolvedValue(
    (client: EventStoreClient) => eventStoreDbStreams(client, CATEGORY, fileJobCodec),
    [eventStore],
  );
  it.bind(handle).toResolvedValue(
    (jobs: EventStreams<FileJobEvent>) => commandHandler(fileJobDecider, jobs),
    [streams],
  );
  it.bind(load).toResolvedValue((jobs: EventStreams<FileJobEvent>) => currentState(fileJobDecider, jobs), [streams]);
  it.bind(parse).toResolvedValue(parsing, [database, files, load, handle]);
  it.bind(FILE_PROCESSING.worker).toResolvedValue(worker, [eventStore, parse, FILE_PROCESSING.config, logger]);
  it.bind(FILE_PROCESSING.publisher).toResolvedValue(publisher, [eventStore, streams, logger]);
  it.bind(FILE_PROCESSING.routes).toResolvedValue(routes, [database, files, load, handle]);
  it.bind(FILE_PROCESSING.api).toResolvedValue(api, [
    FILE_PROCESSING.config,
    logger,
    eventStore,
    FILE_PROCESSING.routes,
  ]);

  return it;
};
