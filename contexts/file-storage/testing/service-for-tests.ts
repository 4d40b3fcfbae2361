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
import { commandHandler, type HandleCommand } from '@lego-moc/application/command-handler';
import { currentState } from '@lego-moc/application/current-state';
import type { EventStreams } from '@lego-moc/application/event-streams';
import { newId } from '@lego-moc/application/new-id';
import { silentLogger } from '@lego-moc/logger/logger';
import { createMetrics } from '@lego-moc/metrics/metrics';
import { directoryObjectStore } from '@lego-moc/object-storage/directory-object-store';
import type { ObjectStore } from '@lego-moc/object-storage/object-store';
import { signedQueries } from '@lego-moc/object-storage/signed-query';
import { imageProcessor } from '@lego-moc/images/image-processor';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { fileRoutes } from '../adapters/http/file.route.ts';
import { CONTRACTS } from '../adapters/http/routes.ts';
import { signedDownloadRoute } from '../adapters/http/signed-download.route.ts';
import { uploadRoute } from '../adapters/http/upload.route.ts';
import { purposeImageProcessor } from '../adapters/images/purpose-image-processor.ts';
import { fileTypeSniffer } from '../adapters/sniffing/file-type-sniffer.ts';
import { eicarScanner } from '../adapters/virus-scan/eicar-scanner.ts';
import { discardFile } from '../application/discard-file.ts';
import type { VirusScanner } from '../application/ports/virus-scanner.ts';
import { pendingUploads } from '../application/pending-uploads.ts';
import { receiveContent } from '../application/receive-content.ts';
import { sweepUploads, type Sweep } from '../application/sweep.ts';
import { uploadFile } from '../application/upload-file.ts';
import type { FileEvent } from '../domain/file-events.ts';
import { fileDecider, type FileCommand, type FileRejection } from '../domain/file.ts';

type HandleFile = HandleCommand<FileCommand, FileRejection>;

export type ServiceForTests = {
  readonly url: string;
  readonly port: number;
  readonly stop: () => Promise<void>;
  readonly streams: EventStreams<FileEvent>;
  readonly objects: ObjectStore;
  readonly sweep: Sweep;
  /** The keys with content, and the number of unfinished uploads. */
  readonly storedKeys: () => Promise<readonly string[]>;
  /** The recorded events of a file, by name. */
  readonly eventTypes: (fileId: string) => Promise<readonly string[]>;
};

type Options = {
  readonly bytesMax?: number;
  readonly scanner?: VirusScanner;
  readonly now?: Clock;
  /** Stands between the routes and the streams, to fail or wait there. */
  readonly wrapHandle?: (handle: HandleFile) => HandleFile;
};

/** Every test request comes from a service, unless it says `x-test-anonymous`. */
const asService: RequestHandler = (request, _response, next) => {
  if (request.get('x-test-anonymous') === undefined) setCaller(request, { service: 'moc-management' });
  next();
};

/** The service over HTTP as composed, on in-memory streams and a directory of its own. */
export const serviceForTests = async (options: Options = {}): Promise<ServiceForTests> => {
  const { bytesMax, scanner = eicarScanner, now = systemClock, wrapHandle = (handle: HandleFile) => handle } = options;
  const directory = await mkdtemp(join(tmpdir(), 'file-storage-'));
  closeAfterAllTests(() => rm(directory, { recursive: true, force: true }));

  const queries = signedQueries(Buffer.from('a secret for these tests'), now);
  const publicUrl = 'http://files.test/files';
  const objects = directoryObjectStore({ directory, publicUrl, signedQueries: queries });
  const streams = inMemoryStreams<FileEvent>('file');
  const pending = pendingUploads(objects);
  const handle = wrapHandle(commandHandler(fileDecider, streams));
  const load = currentState(fileDecider, streams);
  const receive = receiveContent({
    contents: objects,
    scanner,
    imageProcessor: purposeImageProcessor(imageProcessor()),
  });
  const limit = bytesMax === undefined ? {} : { bytesMax };

  const app = createApi({
    service: 'file-storage',
    logger: silentLogger,
    metrics: createMetrics('file-storage', { processMetrics: false }),
    contracts: CONTRACTS,
    checkReplies: true,
    routes: [
      asService,
      Router().use('/internal', requireService),
      uploadRoute(
        uploadFile({ contents: objects, pending, receive, sniff: fileTypeSniffer, handle, load, now, ...limit }),
        bytesMax,
      ),
      fileRoutes({ load, objects, discard: discardFile(objects, pending, handle, now) }),
      signedDownloadRoute(objects, queries),
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
    sweep: sweepUploads(objects, pending, handle),
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
