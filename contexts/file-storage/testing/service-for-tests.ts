import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Router, type RequestHandler } from 'express';
import { requireService } from '@lego-moc/auth-middleware/authenticate';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { createApi } from '@lego-moc/http/api';
import { setCaller } from '@lego-moc/http/caller';
import { serve } from '@lego-moc/http/serve';
import { systemClock, type Clock } from '@lego-moc/application/clock';
import type { HandleCommand } from '@lego-moc/application/command-handler';
import type { UserId } from '@lego-moc/kernel/message';
import type { EventStreams } from '@lego-moc/application/event-streams';
import { newId } from '@lego-moc/application/new-id';
import { silentLogger } from '@lego-moc/logger/logger';
import { createMetrics } from '@lego-moc/metrics/metrics';
import { directoryObjectStore } from '@lego-moc/object-storage/directory-object-store';
import type { ObjectStore } from '@lego-moc/object-storage/object-store';
import { signedForms } from '@lego-moc/object-storage/signed-form';
import { signedQueries } from '@lego-moc/object-storage/signed-query';
import { imageProcessor } from '@lego-moc/images/image-processor';
import type { SlotOptions } from '@lego-moc/resilience/connection-slots';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { renditionMaker } from '../adapters/images/rendition-maker.ts';
import { directUploadRoutes } from '../adapters/http/direct-upload.route.ts';
import { formUploadRoute } from '../adapters/http/form-upload.route.ts';
import { fileRoutes } from '../adapters/http/file.route.ts';
import { CONTRACTS } from '../adapters/http/routes.ts';
import { signedDownloadRoute } from '../adapters/http/signed-download.route.ts';
import { storageRoutes } from '../adapters/http/storage.route.ts';
import { uploadRoute } from '../adapters/http/upload.route.ts';
import { uploadsInFlight } from '../adapters/http/uploads-in-flight.ts';
import { purposeImageProcessor } from '../adapters/images/purpose-image-processor.ts';
import { eicarScanner } from '../adapters/virus-scan/eicar-scanner.ts';
import type { VirusScanner } from '../application/ports/virus-scanner.ts';
import type { PendingUploads } from '../application/pending-uploads.ts';
import type { WithdrawInfectedFile } from '../application/discard-file.ts';
import type { MakeRenditions } from '../application/ports/rendition-maker.ts';
import type { ProcessFile } from '../application/renditions.ts';
import type { StorageAccounts } from '../application/storage-accounts.ts';
import type { SweepOffers } from '../application/offer-sweep.ts';
import type { Sweep } from '../application/sweep.ts';
import type { FileEvent, FileId } from '../domain/file-events.ts';
import type { File, FileCommand, FileRejection } from '../domain/file.ts';
import type { RoleQuotaSet } from '../domain/role-quotas.ts';
import type { StorageAccountEvent } from '../domain/storage-account-events.ts';
import { fileStorageParts } from '../parts.ts';

type HandleFile = HandleCommand<FileCommand, FileRejection>;

export type ServiceForTests = {
  readonly url: string;
  readonly port: number;
  readonly stop: () => Promise<void>;
  readonly streams: EventStreams<FileEvent>;
  readonly objects: ObjectStore;
  readonly sweep: Sweep;
  readonly sweepOffers: SweepOffers;
  readonly pending: PendingUploads;
  readonly accounts: StorageAccounts;
  readonly process: ProcessFile;
  readonly load: (fileId: FileId) => Promise<File>;
  readonly withdraw: WithdrawInfectedFile;
  /** The keys with content, and the number of unfinished uploads. */
  readonly storedKeys: () => Promise<readonly string[]>;
  /** The recorded events of a file, by name. */
  readonly eventTypes: (fileId: string) => Promise<readonly string[]>;
};

type Options = {
  readonly bytesMax?: number;
  /** Of one owner's uploads. */
  readonly slots?: SlotOptions;
  /** The quota of a user. */
  readonly quotaBytes?: number;
  readonly scanner?: VirusScanner;
  readonly now?: Clock;
  readonly makeRenditions?: MakeRenditions;
  /** Stands between the routes and the streams, to fail or wait there. */
  readonly wrapHandle?: (handle: HandleFile) => HandleFile;
};

/** Every test request comes from a service, unless it says `x-test-anonymous`, or is a user's: `x-test-user: ada operator`. */
const asService: RequestHandler = (request, _response, next) => {
  const [id, ...roles] = request.get('x-test-user')?.split(' ') ?? [];
  if (id !== undefined) setCaller(request, { user: { id: id as UserId, roles } });
  else if (request.get('x-test-anonymous') === undefined) setCaller(request, { service: 'moc-management' });
  next();
};

/** The service over HTTP as composed, on in-memory streams and a directory of its own. */
export const serviceForTests = async (options: Options = {}): Promise<ServiceForTests> => {
  const { bytesMax, slots, scanner = eicarScanner, now = systemClock, quotaBytes = 1_000_000_000 } = options;
  const { wrapHandle = (handle: HandleFile) => handle } = options;
  const directory = await mkdtemp(join(tmpdir(), 'file-storage-'));
  closeAfterAllTests(() => rm(directory, { recursive: true, force: true }));

  const secret = Buffer.from('a secret for these tests');
  const [queries, forms] = [signedQueries(secret, now), signedForms(secret, now)];
  const publicUrl = 'http://files.test/files';
  const objects = directoryObjectStore({ directory, publicUrl, signedQueries: queries, signedForms: forms });
  const streams = inMemoryStreams<FileEvent>('file');
  const images = imageProcessor();
  const { makeRenditions = renditionMaker(images) } = options;
  const { load, accounts, quotas, upload, copy, discard, withdraw, sweep, pending, process, ...parts } =
    fileStorageParts({
      objects,
      streams: {
        files: streams,
        accounts: inMemoryStreams<StorageAccountEvent>('storageAccount'),
        quotas: inMemoryStreams<RoleQuotaSet>('storageQuotas'),
      },
      scanner,
      imageProcessor: purposeImageProcessor(images),
      makeRenditions,
      clock: now,
      quotaBytes,
      bytesMax,
      wrapHandle,
    });

  const begin = uploadsInFlight(slots);
  const app = createApi({
    service: 'file-storage',
    logger: silentLogger,
    metrics: createMetrics('file-storage', { processMetrics: false }),
    contracts: CONTRACTS,
    checkReplies: true,
    routes: [
      asService,
      Router().use('/internal', requireService),
      uploadRoute(upload, begin, bytesMax),
      fileRoutes({ load, objects, copy, discard }),
      storageRoutes(accounts, quotas),
      directUploadRoutes(parts.direct, objects, begin),
      signedDownloadRoute(objects, queries),
      formUploadRoute(objects, forms),
    ],
  });
  const { url, port, stop } = await serve(app, { port: 0, logger: silentLogger, signals: false });
  closeAfterAllTests(stop);

  return {
    url,
    port,
    stop,
    streams,
    objects,
    sweep,
    sweepOffers: parts.sweepOffers,
    pending,
    accounts,
    process,
    withdraw,
    load,
    storedKeys: async () => {
      const keys: string[] = [];
      for await (const { key } of objects.list('')) keys.push(key);
      return keys;
    },
    eventTypes: async (fileId) => (await streams.read(fileId)).events.map(({ type }) => type),
  };
};

/** The cause of a test's request. */
export const someCause = () => ({ commandId: newId(), correlationId: newId(), actor: 'a test' });
