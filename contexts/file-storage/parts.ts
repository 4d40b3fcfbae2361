import type { Clock } from '@lego-moc/application/clock';
import { commandHandler, type HandleCommand } from '@lego-moc/application/command-handler';
import { currentState } from '@lego-moc/application/current-state';
import type { EventStreams } from '@lego-moc/application/event-streams';
import type { ObjectStore } from '@lego-moc/object-storage/object-store';
import { archiveOpener } from './adapters/archives/archive-opener.ts';
import { fileTypeSniffer } from './adapters/sniffing/file-type-sniffer.ts';
import { copyFile } from './application/copy-file.ts';
import { directUploads } from './application/direct-uploads.ts';
import { discardFile, withdrawFile } from './application/discard-file.ts';
import type { ImageProcessor } from './application/ports/image-processor.ts';
import type { MakeRenditions } from './application/ports/rendition-maker.ts';
import type { VirusScanner } from './application/ports/virus-scanner.ts';
import { sweepOffers } from './application/offer-sweep.ts';
import { offersIn } from './application/offers.ts';
import { pendingUploads } from './application/pending-uploads.ts';
import { quotas } from './application/quotas.ts';
import { receiveContent } from './application/receive-content.ts';
import { processFile } from './application/renditions.ts';
import { storageAccounts } from './application/storage-accounts.ts';
import { storedContent } from './application/stored-content.ts';
import { sweepUploads } from './application/sweep.ts';
import { uploadFile } from './application/upload-file.ts';
import type { FileEvent } from './domain/file-events.ts';
import { fileDecider, type FileCommand, type FileRejection } from './domain/file.ts';
import type { RoleQuotaSet } from './domain/role-quotas.ts';
import type { StorageAccountEvent } from './domain/storage-account-events.ts';

export type FileStorageOptions = {
  readonly objects: ObjectStore;
  readonly streams: {
    readonly files: EventStreams<FileEvent>;
    readonly accounts: EventStreams<StorageAccountEvent>;
    readonly quotas: EventStreams<RoleQuotaSet>;
  };
  readonly scanner: VirusScanner;
  readonly imageProcessor: ImageProcessor;
  readonly makeRenditions: MakeRenditions;
  readonly clock: Clock;
  /** How much a user may store for whom no other quota is set, in bytes. */
  readonly quotaBytes: number;
  /** The limit of this installation for one file, if lower than that of its purpose. */
  readonly bytesMax?: number | undefined;
  /** How often the markers of work in progress are renewed. */
  readonly renewEveryMs?: number;
  /** Stands between the use cases and the streams of files; for tests. */
  readonly wrapHandle?: (
    handle: HandleCommand<FileCommand, FileRejection>,
  ) => HandleCommand<FileCommand, FileRejection>;
};

/** The resources that the service and its command lines are wired with. */
export const fileStorageParts = ({
  objects,
  streams,
  scanner,
  imageProcessor,
  makeRenditions,
  clock,
  quotaBytes,
  bytesMax,
  renewEveryMs,
  wrapHandle = (handle) => handle,
}: FileStorageOptions) => {
  const handle = wrapHandle(commandHandler(fileDecider, streams.files));
  const load = currentState(fileDecider, streams.files);
  const accounts = storageAccounts(streams.accounts);
  const roleQuotas = quotas(streams.quotas, quotaBytes);
  const pending = pendingUploads(objects, renewEveryMs === undefined ? {} : { renewEveryMs });
  const receive = receiveContent({ contents: objects, scanner, imageProcessor, archives: archiveOpener });
  const common = { storedContent: storedContent(objects, accounts), pending, handle, load };
  const receiving = {
    ...common,
    ...{ accounts, quotas: roleQuotas, sniff: fileTypeSniffer, now: clock },
    ...(bytesMax === undefined ? {} : { bytesMax }),
  };
  const upload = uploadFile({ ...receiving, receive });
  const copy = copyFile({ ...receiving, contents: objects, scanner });
  const discard = discardFile({ ...common, now: clock });
  const offering = { contents: objects, offers: offersIn(objects), accounts, handle, load };
  return {
    ...{ load, accounts, quotas: roleQuotas, pending, upload, copy, discard },
    direct: directUploads({ ...offering, quotas: roleQuotas, upload, discard, now: clock, bytesMax }),
    sweepOffers: sweepOffers({ ...offering, discard }),
    withdraw: withdrawFile({ ...common, now: clock }),
    scanner,
    sweep: sweepUploads({ ...common, contents: objects }),
    process: processFile({ contents: objects, make: makeRenditions, load, handle, now: clock }),
  };
};
