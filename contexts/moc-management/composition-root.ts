import { Container, ContainerModule, type ServiceIdentifier } from 'inversify';
import { requireRole } from '@lego-moc/auth-middleware/authenticate';
import { signerFromFile } from '@lego-moc/auth-middleware/user-context';
import { connectEventStore, type EventStoreClient } from '@lego-moc/event-store/connect';
import { eventStoreDbStreams } from '@lego-moc/event-store/event-store-db-streams';
import { watchProcess, type ProcessWatch } from '@lego-moc/event-store/process-watch';
import type { ApiOptions } from '@lego-moc/http/api';
import { systemClock, type Clock } from '@lego-moc/application/clock';
import { commandHandler, type HandleCommand } from '@lego-moc/application/command-handler';
import type { EventStreams } from '@lego-moc/application/event-streams';
import { foldedStates, type FoldedStates } from '@lego-moc/application/folded-states';
import { processRunner, type ProcessRunner } from '@lego-moc/application/process-runner';
import { createLogger, type Logger } from '@lego-moc/logger/logger';
import { openDatabase, type Database } from '@lego-moc/postgres/database';
import { PROJECTION_CONTRACTS, projectionsRouter } from '@lego-moc/read-models/ops-router';
import { postgresReadModels } from '@lego-moc/read-models/postgres/postgres-read-models';
import { followProjection, type RunningProjection } from '@lego-moc/read-models/run-projection';
import { serviceClient, type ServiceClient } from '@lego-moc/resilience/http-client';
import { serviceApi, type ServiceApi } from '@lego-moc/service/service-api';
import { mocCodec } from './adapters/event-store/moc-codec.ts';
import { mocUploadCodec } from './adapters/event-store/moc-upload-codec.ts';
import { ownerCodec } from './adapters/event-store/owner-codec.ts';
import { titleCodec } from './adapters/event-store/title-codec.ts';
import { fileProcessingPartsReader } from './adapters/file-processing/file-processing-parts-reader.ts';
import { storedFiles } from './adapters/file-storage/stored-files.ts';
import { changeRoutes } from './adapters/http/changes.route.ts';
import { CONTRACTS } from './adapters/http/contracts.ts';
import { historyRoute } from './adapters/http/history.route.ts';
import { readingRoutes } from './adapters/http/reading.route.ts';
import { uploadRoutes } from './adapters/http/uploads.route.ts';
import { mocCatalogue } from './adapters/read-models/moc-catalogue.ts';
import { mocReader } from './adapters/read-models/moc-reader.ts';
import { owners, type Owners } from './application/owners.ts';
import { trackOwnWrites, ownWrites, type OwnWrites } from './application/own-writes.ts';
import type { FileStore } from './application/ports/file-store.ts';
import type { MocReader } from './application/ports/moc-reader.ts';
import type { PartsReader } from './application/ports/parts-reader.ts';
import { mocUpload } from './application/processes/moc-upload.ts';
import type { MocUploadEvent } from './application/processes/moc-upload-events.ts';
import type { MocUpload } from './application/processes/moc-upload-state.ts';
import { mocUploadSteps } from './application/processes/moc-upload-steps.ts';
import { reviseMoc } from './application/revision.ts';
import { titles, type Titles } from './application/titles.ts';
import { receiveUpload, type ReceiveUpload } from './application/upload-reception.ts';
import type { Config } from './config.ts';
import type { MocCommand } from './domain/moc-commands.ts';
import type { MocEvent } from './domain/moc-events.ts';
import { mocDecider, type Moc, type MocRejection } from './domain/moc.ts';
import type { OwnerEvent } from './domain/owner-events.ts';
import type { TitleEvent } from './domain/title-events.ts';
import { titleDecider } from './domain/title.ts';

export const SERVICE = 'moc-management';
const SCHEMA = 'moc_management';

type MocStates = FoldedStates<MocCommand, Moc, MocRejection>;
type Mocs = HandleCommand<MocCommand, MocRejection>;
type Uploads = ProcessRunner<MocUploadEvent, MocUpload>;

const token = <T>(name: string): ServiceIdentifier<T> => Symbol(name);

export const MOC = {
  config: token<Config>('config'),
  clock: token<Clock>('clock'),
  logger: token<Logger>('logger'),
  eventStore: token<EventStoreClient>('event-store'),
  database: token<Database>('database'),
  mocStreams: token<EventStreams<MocEvent>>('moc-streams'),
  titleStreams: token<EventStreams<TitleEvent>>('title-streams'),
  ownerStreams: token<EventStreams<OwnerEvent>>('owner-streams'),
  uploadStreams: token<EventStreams<MocUploadEvent>>('upload-streams'),
  writes: token<OwnWrites>('own-writes'),
  mocStates: token<MocStates>('moc-states'),
  mocs: token<Mocs>('mocs'),
  titles: token<Titles>('titles'),
  owners: token<Owners>('owners'),
  fileStorage: token<ServiceClient>('file-storage'),
  fileProcessing: token<ServiceClient>('file-processing'),
  files: token<FileStore>('files'),
  partsReader: token<PartsReader>('parts-reader'),
  uploads: token<Uploads>('uploads'),
  receive: token<ReceiveUpload>('receive-upload'),
  reader: token<MocReader>('moc-reader'),
  catalogue: token<RunningProjection>('moc-catalogue'),
  uploadWatch: token<ProcessWatch>('upload-watch'),
  routes: token<ApiOptions['routes']>('routes'),
  api: token<ServiceApi>('api'),
};

const clientOf = (service: string, baseUrl: string, { serviceKeyPath }: Config, logger: Logger): ServiceClient =>
  serviceClient({ service, baseUrl, sign: signerFromFile(serviceKeyPath, SERVICE), logger });

const api = (config: Config, logger: Logger, client: EventStoreClient, routes: ApiOptions['routes']): ServiceApi =>
  serviceApi({
    service: SERVICE,
    logger,
    trust: config,
    eventStore: client,
    contracts: [...CONTRACTS, ...PROJECTION_CONTRACTS],
    routes,
  });

/** What lies outside of this service: the event store, the database, and the other services. */
const outside = new ContainerModule(({ bind }) => {
  const { config, logger, eventStore, database, fileStorage, fileProcessing } = MOC;
  bind(eventStore).toResolvedValue((set: Config) => connectEventStore(set.eventStoreUrl), [config]);
  bind(database).toResolvedValue((set: Config) => openDatabase(set.databaseUrl, { schema: SCHEMA }), [config]);
  bind(fileStorage).toResolvedValue(
    (set: Config, log: Logger) => clientOf('file-storage', set.fileStorageUrl, set, log),
    [config, logger],
  );
  bind(fileProcessing).toResolvedValue(
    (set: Config, log: Logger) => clientOf('file-processing', set.fileProcessingUrl, set, log),
    [config, logger],
  );
  bind(MOC.files).toResolvedValue(storedFiles, [fileStorage]);
  bind(MOC.partsReader).toResolvedValue(fileProcessingPartsReader, [fileProcessing]);
});

/** The streams of MOCs, titles, owners and uploads, and what decides about them. */
const inside = new ContainerModule(({ bind }) => {
  const { eventStore, mocStreams, titleStreams, ownerStreams, uploadStreams, clock } = MOC;
  bind(mocStreams).toResolvedValue((at: EventStoreClient) => eventStoreDbStreams(at, 'moc', mocCodec), [eventStore]);
  bind(titleStreams).toResolvedValue(
    (at: EventStoreClient) => eventStoreDbStreams(at, 'mocTitle', titleCodec),
    [eventStore],
  );
  bind(ownerStreams).toResolvedValue(
    (at: EventStoreClient) => eventStoreDbStreams(at, 'mocOwner', ownerCodec),
    [eventStore],
  );
  bind(uploadStreams).toResolvedValue(
    (at: EventStoreClient) => eventStoreDbStreams(at, mocUpload.name, mocUploadCodec),
    [eventStore],
  );
  bind(MOC.writes).toDynamicValue(() => ownWrites());
  bind(MOC.mocStates).toResolvedValue(
    (streams: EventStreams<MocEvent>): MocStates => foldedStates(mocDecider, streams),
    [mocStreams],
  );
  bind(MOC.mocs).toResolvedValue(
    (states: MocStates, writes: OwnWrites) => trackOwnWrites(states.handle, writes),
    [MOC.mocStates, MOC.writes],
  );
  bind(MOC.titles).toResolvedValue(
    (streams: EventStreams<TitleEvent>, now: Clock) => titles(commandHandler(titleDecider, streams), streams, now),
    [titleStreams, clock],
  );
  bind(MOC.owners).toResolvedValue(owners, [ownerStreams]);
});

/** The upload process, and the routes. */
const outward = new ContainerModule(({ bind }) => {
  const { clock, logger, mocs, titles: allTitles, files, uploads, uploadStreams, mocStreams, reader, receive } = MOC;
  bind(uploads).toDynamicValue((it) => {
    const now = it.get(clock);
    const steps = {
      titles: it.get(allTitles),
      owners: it.get(MOC.owners),
      mocs: it.get(mocs),
      files: it.get(files),
      now,
    };
    const onDelay = (step: string, error: unknown) =>
      it.get(logger).warn('A step of an upload has to wait', { step, error });
    const carryOut = mocUploadSteps({ ...steps, partsReader: it.get(MOC.partsReader), onDelay });
    return processRunner(mocUpload, it.get(uploadStreams), carryOut, now);
  });
  bind(receive).toDynamicValue((it) =>
    receiveUpload({
      runner: it.get(uploads),
      streams: it.get(uploadStreams),
      files: it.get(files),
      titles: it.get(allTitles),
      owners: it.get(MOC.owners),
      now: it.get(clock),
    }),
  );
  bind(reader).toResolvedValue(mocReader, [MOC.database, mocStreams, MOC.writes]);
  bind(MOC.routes).toDynamicValue((it) => [
    uploadRoutes(it.get(receive), it.get(reader)),
    changeRoutes(it.get(mocs), reviseMoc(it.get(mocs), it.get(MOC.mocStates).latest, it.get(allTitles)), it.get(clock)),
    readingRoutes(it.get(reader), it.get(files)),
    historyRoute(it.get(mocStreams)),
    projectionsRouter(() => [it.get(MOC.catalogue)], requireRole('operator')),
  ]);
  bind(MOC.api).toResolvedValue(api, [MOC.config, logger, MOC.eventStore, MOC.routes]);
});

/** What goes on beside requests; each begins when it is first asked for. */
const beside = new ContainerModule(({ bind }) => {
  const { eventStore, database, logger, uploads } = MOC;
  bind(MOC.catalogue).toResolvedValue(
    (client: EventStoreClient, db: Database, log: Logger) =>
      followProjection(
        { client, store: postgresReadModels(db), context: SERVICE, logger: log },
        mocCatalogue,
        mocCodec,
      ),
    [eventStore, database, logger],
  );
  bind(MOC.uploadWatch).toResolvedValue(
    (client: EventStoreClient, runner: Uploads, log: Logger) =>
      watchProcess(client, { process: mocUpload, codec: mocUploadCodec, runner, logger: log }),
    [eventStore, uploads, logger],
  );
});

/** The only file of the service that knows inversify. Tests rebind a token; nothing else is injected. */
export const compose = (config: Config): Container => {
  const it = new Container({ defaultScope: 'Singleton' });
  it.bind(MOC.config).toConstantValue(config);
  it.bind(MOC.clock).toConstantValue(systemClock);
  it.bind(MOC.logger).toConstantValue(createLogger(SERVICE, config.logLevel));
  it.load(outside, inside, outward, beside);
  return it;
};
