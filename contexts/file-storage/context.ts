import { join } from 'node:path';
import { Router } from 'express';
import { z } from 'zod';
import { newId } from '@lego-moc/application/new-id';
import { requireService } from '@lego-moc/auth-middleware/authenticate';
import { LOCAL_GATEWAY_URL } from '@lego-moc/http/default-ports';
import { imageProcessor } from '@lego-moc/images/image-processor';
import { after } from '@lego-moc/kernel/instant';
import type { Logger } from '@lego-moc/logger/logger';
import { directoryObjectStore } from '@lego-moc/object-storage/directory-object-store';
import type { ObjectStore } from '@lego-moc/object-storage/object-store';
import { connectS3, s3ObjectStore } from '@lego-moc/object-storage/s3-object-store';
import { withCloudFrontUrls } from '@lego-moc/object-storage/cloudfront-urls';
import { cloudFrontConfig, cloudFrontSettings, s3Config, s3Settings } from '@lego-moc/object-storage/settings';
import { signedForms } from '@lego-moc/object-storage/signed-form';
import { signedQueries } from '@lego-moc/object-storage/signed-query';
import type { Context, ScopeWith } from '@lego-moc/service/run-context';
import { dataDirSetting } from '@lego-moc/service/settings';
import { fileCodec } from './adapters/event-store/file-codec.ts';
import { toIntegrationEvents } from './adapters/event-store/integration-events.ts';
import { roleQuotasCodec, storageAccountCodec } from './adapters/event-store/storage-account-codec.ts';
import { directUploadRoutes } from './adapters/http/direct-upload.route.ts';
import { fileRoutes } from './adapters/http/file.route.ts';
import { formUploadRoute } from './adapters/http/form-upload.route.ts';
import { CONTRACTS } from './adapters/http/routes.ts';
import { signedDownloadRoute } from './adapters/http/signed-download.route.ts';
import { storageRoutes } from './adapters/http/storage.route.ts';
import { uploadRoute } from './adapters/http/upload.route.ts';
import { uploadsInFlight } from './adapters/http/uploads-in-flight.ts';
import { purposeImageProcessor } from './adapters/images/purpose-image-processor.ts';
import { renditionMaker } from './adapters/images/rendition-maker.ts';
import { onStoredFile } from './adapters/event-store/on-stored-file.ts';
import { localSecret } from './adapters/local-secret/local-secret.ts';
import { clamdScanner } from './adapters/virus-scan/clamd-scanner.ts';
import { eicarScanner } from './adapters/virus-scan/eicar-scanner.ts';
import type { VirusScanner } from './application/ports/virus-scanner.ts';
import { fileStoragePayloads } from './contracts/integration-events.ts';
import { FILE_STORAGE } from './contracts/routes.ts';
import { fileDecider } from './domain/file.ts';
import { storageAccountDecider } from './domain/storage-account.ts';
import { roleQuotasDecider } from './domain/role-quotas.ts';
import { fileStorageParts } from './parts.ts';

/** 100 MiB over a slow connection take minutes; a client that sends nothing is cut off much earlier. */
const REQUEST_TIMEOUT_MS = 600_000;

/** A process that is merely busy may miss some renewals of its markers before the sweep takes it for dead. */
const RENEWALS_PER_ORPHAN_AGE = 4;

const FILES = { streamPrefixes: ['file-'] };

/** As many as there are workers. An image may take three attempts of a minute each. */
const RENDITIONS_AT_ONCE = { concurrency: 2, messageTimeoutMs: 200_000 };

const settings = {
  ...dataDirSetting,
  ...s3Settings,
  ...cloudFrontSettings,
  /** The public base URL of this service's `/files/…`. */
  PUBLIC_FILES_URL: z.url().default(`${LOCAL_GATEWAY_URL}/api/files`),
  /** Signs download URLs; without it a secret is made once and kept beside the files. */
  FILE_URL_SECRET: z.string().min(32).optional(),
  CLAMAV_URL: z.url({ protocol: /^tcp$/ }).optional(),
  UPLOAD_BYTES_MAX: z.coerce.number().int().positive().optional(),
  /** How much a user may store, unless an operator has set another quota for the user or a role. 1 GB if not given. */
  STORAGE_QUOTA_BYTES: z.coerce.number().int().nonnegative().default(1_000_000_000),
  /** The sweep takes over the work of a process whose marker is older than this. */
  ORPHAN_AGE_MS: z.coerce.number().int().min(1_000).default(20_000),
  SWEEP_EVERY_MS: z.coerce.number().int().min(100).default(5_000),
};

type FileStorageScope = ScopeWith<typeof settings>;

/** The store of the bytes, and the routes that serve and take them when S3 does not. */
const openFiles = ({
  settings: set,
  clock,
}: FileStorageScope): { objects: ObjectStore; transfers: readonly Router[] } => {
  const s3 = s3Config(set, FILE_STORAGE.name);
  const cloudFront = cloudFrontConfig(set);
  if (s3 !== undefined) {
    const store = s3ObjectStore(connectS3(s3), s3);
    if (cloudFront === undefined) return { objects: store, transfers: [] };
    const { prefix = '' } = s3;
    return { objects: withCloudFrontUrls(store, { ...cloudFront, prefix }, clock), transfers: [] };
  }
  const directory = join(set.LEGO_MOC_DATA_DIR, 'files');
  const secret = set.FILE_URL_SECRET === undefined ? localSecret(directory) : Buffer.from(set.FILE_URL_SECRET);
  const queries = signedQueries(secret, clock);
  const forms = signedForms(secret, clock);
  const signing = { signedQueries: queries, signedForms: forms };
  const objects = directoryObjectStore({ directory, publicUrl: set.PUBLIC_FILES_URL, ...signing });
  return { objects, transfers: [signedDownloadRoute(objects, queries), formUploadRoute(objects, forms)] };
};

const chooseScanner = (clamavUrl: string | undefined, logger: Logger): VirusScanner => {
  if (clamavUrl !== undefined) return clamdScanner(clamavUrl);
  logger.warn('No virus scanner: only the EICAR test file is refused. Set CLAMAV_URL for a real one.');
  return eicarScanner;
};

/** What the service and its command lines are made of. */
export const openFileStorage = (it: FileStorageScope) => {
  const { UPLOAD_BYTES_MAX: bytesMax, CLAMAV_URL: clamavUrl, ORPHAN_AGE_MS: orphanAgeMs } = it.settings;
  const { objects, transfers } = openFiles(it);
  const images = imageProcessor();
  const parts = fileStorageParts({
    objects,
    streams: {
      files: it.streams('file', fileCodec, fileDecider),
      accounts: it.streams('storageAccount', storageAccountCodec, storageAccountDecider),
      quotas: it.streams('storageQuotas', roleQuotasCodec, roleQuotasDecider),
    },
    scanner: chooseScanner(clamavUrl, it.logger),
    imageProcessor: purposeImageProcessor(images),
    makeRenditions: renditionMaker(images),
    clock: it.clock,
    quotaBytes: it.settings.STORAGE_QUOTA_BYTES,
    bytesMax,
    renewEveryMs: orphanAgeMs / RENEWALS_PER_ORPHAN_AGE,
  });
  return { ...parts, objects, transfers };
};

export const fileStorage: Context<typeof settings> = {
  service: FILE_STORAGE,
  settings,
  contracts: CONTRACTS,
  events: fileStoragePayloads,
  requestTimeoutMs: REQUEST_TIMEOUT_MS,
  wire: (it) => {
    const { UPLOAD_BYTES_MAX: bytesMax, ORPHAN_AGE_MS: orphanAgeMs } = it.settings;
    const parts = openFileStorage(it);
    const { load, accounts, quotas, objects, transfers, upload, copy, discard, direct, sweep, process } = parts;

    const begin = uploadsInFlight();

    // Any answer about any file shows that the event store is reachable.
    it.prepare(() => load(newId()));
    it.publish({ source: FILES, translate: toIntegrationEvents });
    it.on('file-storage-renditions', FILES, onStoredFile(process), RENDITIONS_AT_ONCE);
    it.every(it.settings.SWEEP_EVERY_MS, 'The sweep of uploads', async () => {
      const result = await sweep({ before: after(it.clock(), -orphanAgeMs) });
      const endedCount = await parts.sweepOffers(it.clock());
      if (endedCount > 0) it.logger.info('Ended uploads that nobody completed', { ended: endedCount });
      if (result.abandoned + result.unfinished > 0) it.logger.warn('Deleted what dead uploads left behind', result);
    });

    return [
      Router().use('/internal', requireService),
      uploadRoute(upload, begin, bytesMax),
      fileRoutes({ load, objects, copy, discard }),
      storageRoutes(accounts, quotas),
      directUploadRoutes(direct, objects, begin),
      ...transfers,
    ];
  },
};
