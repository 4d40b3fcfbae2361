import { Container, type ServiceIdentifier } from 'inversify';
import type { Express } from 'express';
import { authenticate } from '@lego-moc/auth-middleware/authenticate';
import { readSigningKey } from '@lego-moc/auth-middleware/keys';
import { keysFromFile, keysFromUrl } from '@lego-moc/auth-middleware/public-keys';
import { serviceSigner } from '@lego-moc/auth-middleware/user-context';
import { connectEventStore, type EventStoreClient } from '@lego-moc/event-store/connect';
import { eventStoreDbStreams } from '@lego-moc/event-store/event-store-db-streams';
import { createApi, type Readiness } from '@lego-moc/http/api';
import { systemClock, type Clock } from '@lego-moc/kernel/clock';
import { commandHandler, type HandleCommand } from '@lego-moc/kernel/command-handler';
import type { EventStreams } from '@lego-moc/kernel/event-streams';
import { processRunner, type ProcessRunner } from '@lego-moc/kernel/process-runner';
import { createLogger, type Logger } from '@lego-moc/logger/logger';
import { createMetrics, type Metrics } from '@lego-moc/metrics/metrics';
import { openDatabase, type Database } from '@lego-moc/postgres/database';
import { serviceClient, type ServiceClient } from '@lego-moc/resilience/http-client';
import { mocCodec } from './adapters/event-store/moc-codec.ts';
import { mocUploadCodec } from './adapters/event-store/moc-upload-codec.ts';
import { titleCodec } from './adapters/event-store/title-codec.ts';
import { fileProcessingPartsReader } from './adapters/file-processing/file-processing-parts-reader.ts';
import { storedFiles } from './adapters/file-storage/stored-files.ts';
import { changeRoutes } from './adapters/http/changes.route.ts';
import { historyRoute } from './adapters/http/history.route.ts';
import { readingRoutes } from './adapters/http/reading.route.ts';
import { CONTRACTS, readsItsOwnBody } from './adapters/http/contracts.ts';
import { uploadRoutes } from './adapters/http/uploads.route.ts';
import { mocReader } from './adapters/read-models/moc-reader.ts';
import type { FileStore } from './application/ports/file-store.ts';
import type { MocReader } from './application/ports/moc-reader.ts';
import type { PartsReader } from './application/ports/parts-reader.ts';
import { mocUpload } from './application/processes/moc-upload.ts';
import type { MocUploadEvent } from './application/processes/moc-upload-events.ts';
import type { MocUpload } from './application/processes/moc-upload-state.ts';
import { mocUploadSteps } from './application/processes/moc-upload-steps.ts';
import { titles, type Titles } from './application/titles.ts';
import { receiveUpload } from './application/upload-reception.ts';
import type { Config } from './config.ts';
import type { MocCommand } from './domain/moc-commands.ts';
import type { MocEvent } from './domain/moc-events.ts';
import { mocDecider, type MocRejection } from './domain/moc.ts';
import { titleDecider } from './domain/title.ts';
import type { TitleEvent } from './domain/title-events.ts';

export const SERVICE = 'moc-management';

type Mocs = HandleCommand<MocCommand, MocRejection>;
type Uploads = ProcessRunner<MocUploadEvent, MocUpload>;
type Ready = () => Readiness;

const token = <T>(name: string): ServiceIdentifier<T> => Symbol(name);

export const MOC = {
  config: token<Config>('config'),
  clock: token<Clock>('clock'),
  logger: token<Logger>('logger'),
  metrics: token<Metrics>('metrics'),
  eventStore: token<EventStoreClient>('event-store'),
  database: token<Database>('database'),
  mocStreams: token<EventStreams<MocEvent>>('moc-streams'),
  titleStreams: token<EventStreams<TitleEvent>>('title-streams'),
  uploadStreams: token<EventStreams<MocUploadEvent>>('upload-streams'),
  mocs: token<Mocs>('mocs'),
  titles: token<Titles>('titles'),
  fileStorage: token<ServiceClient>('file-storage'),
  fileProcessing: token<ServiceClient>('file-processing'),
  files: token<FileStore>('files'),
  partsReader: token<PartsReader>('parts-reader'),
  uploads: token<Uploads>('uploads'),
  reader: token<MocReader>('moc-reader'),
  api: token<(ready: Ready) => Express>('api'),
};

const clientOf = (service: string, baseUrl: string, { serviceKeyPath }: Config, logger: Logger): ServiceClient => {
  const signer = readSigningKey(serviceKeyPath).then((key) => serviceSigner(key, SERVICE));
  return serviceClient({
    service,
    baseUrl,
    sign: async (audience, context) => (await signer)(audience, context),
    logger,
  });
};

const uploads = (
  streams: EventStreams<MocUploadEvent>,
  allTitles: Titles,
  mocs: Mocs,
  files: FileStore,
  partsReader: PartsReader,
  logger: Logger,
  now: Clock,
): Uploads => {
  const onDelay = (step: string, error: unknown) => logger.warn('A step of an upload has to wait', { step, error });
  return processRunner(
    mocUpload,
    streams,
    mocUploadSteps({ titles: allTitles, mocs, files, partsReader, now, onDelay }),
    now,
  );
};

const api =
  (config: Config, logger: Logger, metrics: Metrics, routes: Parameters<typeof createApi>[0]['routes']) =>
  (ready: Ready): Express =>
    createApi({
      service: SERVICE,
      logger,
      metrics,
      ready,
      contracts: CONTRACTS,
      streamed: readsItsOwnBody,
      routes: [
        authenticate({
          audience: SERVICE,
          gatewayKeys: keysFromUrl(config.userContextJwksUrl),
          serviceKeys: keysFromFile(config.serviceJwksPath),
        }),
        ...routes,
      ],
    });
