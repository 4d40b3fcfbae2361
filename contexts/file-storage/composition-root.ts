import { Router } from 'express';
import { Container, type ServiceIdentifier } from 'inversify';
import { requireService } from '@lego-moc/auth-middleware/authenticate';
import { connectEventStore, type EventStoreClient } from '@lego-moc/event-store/connect';
import { eventStoreDbStreams } from '@lego-moc/event-store/event-store-db-streams';
import { publishIntegrationEvents } from '@lego-moc/event-store/publisher';
import type { Subscription } from '@lego-moc/event-store/subscription';
import { systemClock, type Clock } from '@lego-moc/application/clock';
import { commandHandler, type HandleCommand } from '@lego-moc/application/command-handler';
import { currentState } from '@lego-moc/application/current-state';
import type { EventStreams } from '@lego-moc/application/event-streams';
import { createLogger, type Logger } from '@lego-moc/logger/logger';
import { directoryObjectStore } from '@lego-moc/object-storage/directory-object-store';
import type { ObjectStore } from '@lego-moc/object-storage/object-store';
import { connectS3, s3ObjectStore } from '@lego-moc/object-storage/s3-object-store';
import { signedQueries } from '@lego-moc/object-storage/signed-query';
import { imageProcessor } from '@lego-moc/images/image-processor';
import { serviceApi, type ServiceApi } from '@lego-moc/service/service-api';
import { toIntegrationEvents } from './adapters/event-store/integration-events.ts';
import { fileCodec } from './adapters/event-store/file-codec.ts';
import { fileRoutes } from './adapters/http/file.route.ts';
import { CONTRACTS } from './adapters/http/routes.ts';
import { signedDownloadRoute } from './adapters/http/signed-download.route.ts';
import { uploadRoute } from './adapters/http/upload.route.ts';
import { localSecret } from './adapters/local-secret/local-secret.ts';
import { purposeImageProcessor } from './adapters/images/purpose-image-processor.ts';
import { fileTypeSniffer } from './adapters/sniffing/file-type-sniffer.ts';
import { startSweep, type RunningSweep } from './adapters/timer/sweep-regularly.ts';
import { clamdScanner } from './adapters/virus-scan/clamd-scanner.ts';
import { eicarScanner } from './adapters/virus-scan/eicar-scanner.ts';
import { discardFile } from './application/discard-file.ts';
import type { VirusScanner } from './application/ports/virus-scanner.ts';
import { receiveContent } from './application/receive-content.ts';
import { sweepUploads } from './application/sweep.ts';
import { uploadFile, type UploadFile } from './application/upload-file.ts';
import type { Config } from './config.ts';
import type { FileEvent, FileId } from './domain/file-events.ts';
import { fileDecider, type File, type FileCommand, type FileRejection } from './domain/file.ts';

const SERVICE = 'file-storage';

/** Where the bytes lie, and the route that serves them if nobody else does. */
type Files = { readonly objects: ObjectStore; readonly downloads: readonly Router[] };

type HandleFile = HandleCommand<FileCommand, FileRejection>;
type LoadFile = (fileId: FileId) => Promise<File>;

const token = <T>(name: string): ServiceIdentifier<T> => Symbol(name);

export const FILES = {
  config: token<Config>('config'),
  clock: token<Clock>('clock'),
  logger: token<Logger>('logger'),
  eventStore: token<EventStoreClient>('event-store'),
  streams: token<EventStreams<FileEvent>>('file-streams'),
  handle: token<HandleFile>('handle-file-command'),
  load: token<LoadFile>('load-file'),
  files: token<Files>('files'),
  scanner: token<VirusScanner>('virus-scanner'),
  publisher: token<Subscription>('publisher'),
  sweep: token<RunningSweep>('sweep'),
  upload: token<UploadFile>('upload-file'),
  routes: token<readonly Router[]>('routes'),
  api: token<ServiceApi>('api'),
};

const openFiles = ({ files }: Config, now: Clock): Files => {
  if (files.kind === 's3') return { objects: s3ObjectStore(connectS3(files), files), downloads: [] };
  const { directory, publicUrl, secret } = files;
  const queries = signedQueries(secret === undefined ? localSecret(directory) : Buffer.from(secret), now);
  const objects = directoryObjectStore({ directory, publicUrl, signedQueries: queries });
  return { objects, downloads: [signedDownloadRoute(objects, queries)] };
};

const chooseScanner = ({ clamavUrl }: Config, logger: Logger): VirusScanner => {
  if (clamavUrl !== undefined) return clamdScanner(clamavUrl);
  logger.warn('No virus scanner: only the EICAR test file is refused. Set CLAMAV_URL for a real one.');
  return eicarScanner;
};

const publishFiles = (client: EventStoreClient, logger: Logger): Subscription =>
  publishIntegrationEvents(client, {
    context: SERVICE,
    source: { streamPrefixes: ['file-'] },
    translate: toIntegrationEvents,
    logger,
  });

const sweepFiles = (
  { sweepEveryMs, orphanAgeMs }: Config,
  { objects }: Files,
  handle: HandleFile,
  now: Clock,
  logger: Logger,
): RunningSweep => startSweep(sweepUploads(objects, handle), { now, everyMs: sweepEveryMs, orphanAgeMs, logger });

const uploads = (
  { uploadBytesMax: bytesMax }: Config,
  { objects: contents }: Files,
  scanner: VirusScanner,
  handle: HandleFile,
  load: LoadFile,
): UploadFile =>
  uploadFile({
    ...{
      contents,
      receive: receiveContent({ contents, scanner, imageProcessor: purposeImageProcessor(imageProcessor()) }),
    },
    ...{ sniff: fileTypeSniffer, handle, load, now: systemClock },
    ...(bytesMax === undefined ? {} : { bytesMax }),
  });

const routes = (
  { uploadBytesMax }: Config,
  { objects, downloads }: Files,
  upload: UploadFile,
  handle: HandleFile,
  load: LoadFile,
): readonly Router[] => [
  Router().use('/internal', requireService),
  uploadRoute(upload, uploadBytesMax),
  fileRoutes({ load, objects, discard: discardFile(objects, handle, systemClock) }),
  ...downloads,
];

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
  const { clock, logger, eventStore, streams, handle, load, files, scanner, upload } = FILES;

  it.bind(FILES.config).toConstantValue(config);
  it.bind(clock).toConstantValue(systemClock);
  it.bind(logger).toConstantValue(createLogger(SERVICE, config.logLevel));
  it.bind(eventStore).toResolvedValue(({ eventStoreUrl }: Config) => connectEventStore(eventStoreUrl), [FILES.config]);
  it.bind(streams).toResolvedValue(
    (client: EventStoreClient) => eventStoreDbStreams(client, 'file', fileCodec),
    [eventStore],
  );
  it.bind(handle).toResolvedValue(
    (fileStreams: EventStreams<FileEvent>) => commandHandler(fileDecider, fileStreams),
    [streams],
  );
  it.bind(load).toResolvedValue(
    (fileStreams: EventStreams<FileEvent>) => currentState(fileDecider, fileStreams),
    [streams],
  );
  it.bind(files).toResolvedValue(openFiles, [FILES.config, clock]);
  it.bind(scanner).toResolvedValue(chooseScanner, [FILES.config, logger]);
  it.bind(upload).toResolvedValue(uploads, [FILES.config, files, scanner, handle, load]);
  it.bind(FILES.publisher).toResolvedValue(publishFiles, [eventStore, logger]);
  it.bind(FILES.sweep).toResolvedValue(sweepFiles, [FILES.config, files, handle, clock, logger]);
  it.bind(FILES.routes).toResolvedValue(routes, [FILES.config, files, upload, handle, load]);
  it.bind(FILES.api).toResolvedValue(api, [FILES.config, logger, eventStore, FILES.routes]);

  return it;
};
