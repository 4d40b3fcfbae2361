import { z } from 'zod';
import type { HandleCommand } from '@lego-moc/application/command-handler';
import { currentState } from '@lego-moc/application/current-state';
import { foldedStates } from '@lego-moc/application/folded-states';
import { processRunner, type ProcessRunner } from '@lego-moc/application/process-runner';
import {
  fileProcessingPayload,
  INTEGRATION_STREAM as FILE_PROCESSING_EVENTS,
} from '@lego-moc/file-processing/contracts/integration-events';
import { FILE_PROCESSING } from '@lego-moc/file-processing/contracts/routes';
import { FILE_STORAGE_EVENTS, fileStoragePayload } from '@lego-moc/file-storage/contracts/integration-events';
import { FILE_STORAGE } from '@lego-moc/file-storage/contracts/routes';
import { reactionTo } from '@lego-moc/event-store/delivered-event';
import { LOCAL_GATEWAY_URL } from '@lego-moc/http/default-ports';
import { derivedId } from '@lego-moc/kernel/ids';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { PROFILE_EVENTS, profilePayload } from '@lego-moc/profile/contracts/integration-events';
import { takeOverQuiet } from '@lego-moc/processes/process-watch';
import { clientOf } from '@lego-moc/service/resources/service-client';
import type { Context, ScopeWith } from '@lego-moc/service/run-context';
import type { Scope } from '@lego-moc/service/scope';
import { announceMoc } from './adapters/event-store/announcements.ts';
import { mocCodec } from './adapters/event-store/moc-codec.ts';
import { mocUploadCodec } from './adapters/event-store/moc-upload-codec.ts';
import { readingCodec } from './adapters/event-store/reading-codec.ts';
import { ownerCodec } from './adapters/event-store/owner-codec.ts';
import { setNumberCodec } from './adapters/event-store/set-number-codec.ts';
import { titleCodec } from './adapters/event-store/title-codec.ts';
import { fileProcessingCostEstimator } from './adapters/file-processing/file-processing-cost-estimator.ts';
import { fileProcessingListWriter } from './adapters/file-processing/file-processing-list-writer.ts';
import { fileProcessingPartsReader } from './adapters/file-processing/file-processing-parts-reader.ts';
import { storedFiles } from './adapters/file-storage/stored-files.ts';
import { fileProcessingLotsReader } from './adapters/file-processing/file-processing-lots-reader.ts';
import { changeRoutes } from './adapters/http/changes.route.ts';
import { CONTRACTS } from './adapters/http/contracts.ts';
import { estimateRoute } from './adapters/http/estimate.route.ts';
import { feedRoutes } from './adapters/http/feeds.route.ts';
import { galleryLinkRoutes } from './adapters/http/gallery-links.route.ts';
import { exportRoute } from './adapters/http/export.route.ts';
import { historyRoute } from './adapters/http/history.route.ts';
import { lastSeenRoutes } from './adapters/http/last-seen.route.ts';
import { lineageRoute } from './adapters/http/lineage.route.ts';
import { lookupRoute } from './adapters/http/lookup.route.ts';
import { readingRoutes } from './adapters/http/reading.route.ts';
import { rebuyExportRoute } from './adapters/http/rebuy-export.route.ts';
import { successionRoutes } from './adapters/http/succession.route.ts';
import { uploadStatusRoute } from './adapters/http/upload-status.ts';
import { WEBHOOK_CONTRACTS } from './adapters/http/webhook-message-contracts.ts';
import { versionRoutes } from './adapters/http/versions.route.ts';
import { uploadRoutes } from './adapters/http/uploads.route.ts';
import { feedReader } from './adapters/read-models/feed-reader.ts';
import { lineageReader } from './adapters/read-models/lineage-reader.ts';
import { mocCatalogue } from './adapters/read-models/moc-catalogue.ts';
import { mocLookup } from './adapters/read-models/moc-lookup.ts';
import { mocReader } from './adapters/read-models/moc-reader.ts';
import { mocsOfOwner } from './adapters/read-models/mocs-of-owner.ts';
import { overdueParts } from './adapters/read-models/overdue-parts.ts';
import { exportMocs } from './application/export-mocs.ts';
import { feedsOf } from './application/feeds.ts';
import { CONCERNS_HOUSEKEEPING, tidyUp, type TidyUp } from './application/housekeeping.ts';
import { allMocsOf, eraseOwner, type MocsOf } from './application/owner-erasure.ts';
import { owners as ownersOn, type Owners } from './application/owners.ts';
import { ownWrites, trackOwnWrites } from './application/own-writes.ts';
import { followUpParts } from './application/parts-follow-up.ts';
import { partsResults } from './application/parts-results.ts';
import type { PartsReader, PartsToRead } from './application/ports/parts-reader.ts';
import { mocUpload } from './application/processes/moc-upload.ts';
import type { MocUploadEvent } from './application/processes/moc-upload-events.ts';
import type { MocUpload } from './application/processes/moc-upload-state.ts';
import { mocUploadSteps } from './application/processes/moc-upload-steps.ts';
import { reviseMoc } from './application/revision.ts';
import { successionIn } from './application/succession.ts';
import { titles as titlesOn } from './application/titles.ts';
import { versionReading } from './application/version-reading.ts';
import { receiveUpload } from './application/upload-reception.ts';
import { declareComments } from './comments.ts';
import { declareGalleryLinks } from './gallery-links.ts';
import { declareInterests } from './interests.ts';
import { declareWebhooks, webhookSettings, type WebhookDependencies } from './webhooks.ts';
import { dropWithdrawnFile, type DropWithdrawnFile } from './application/withdrawn-files.ts';
import type { FileId, MocId } from './domain/moc-events.ts';
import { mocManagementPayloads } from './contracts/integration-events.ts';
import { MOC_MANAGEMENT } from './contracts/routes.ts';
import type { MocCommand } from './domain/moc-commands.ts';
import { mocDecider, type Moc, type MocRejection } from './domain/moc.ts';
import { ownerDecider } from './domain/owner.ts';
import { titleDecider } from './domain/title.ts';
import { setNumberDecider } from './domain/set-number.ts';
import { readingDecider } from './domain/reading.ts';

/** 100 MiB over a slow connection take minutes; a client that sends nothing is cut off much earlier. */
const REQUEST_TIMEOUT_MS = 600_000;

/** With the quiet time of an instance: the delay until the upload of a crashed process continues. */
const TAKE_OVER_EVERY_MS = 2_000;

/** How often parts lists without a result are followed up. */
const FOLLOW_UP_EVERY_MS = 60_000;

const MOC_STREAMS = { streamPrefixes: ['moc-'] };

/** Declares the read model of open uploads, and the loop that continues those whose process has crashed. */
const takeOverUploads = (it: Scope, runner: ProcessRunner<MocUploadEvent, MocUpload>): void => {
  const quiet = it.openInstances(mocUpload, mocUploadCodec);
  const takeOver = takeOverQuiet({ process: mocUpload, runner, quiet, logger: it.logger, now: it.clock });
  it.every(TAKE_OVER_EVERY_MS, 'The watch over uploads', takeOver);
};

/** Declares the loop that follows up parts lists without a result. */
const followUpOverdueParts = (
  it: Scope,
  partsReader: PartsReader,
  mocs: HandleCommand<MocCommand, MocRejection>,
): void => {
  const onFailure = ({ list: { jobId } }: PartsToRead, error: unknown) =>
    it.logger.warn('A parts list could not be followed up', { jobId, error });
  const followUp = followUpParts({ overdue: overdueParts(it.db), partsReader, mocs, now: it.clock, onFailure });
  it.every(FOLLOW_UP_EVERY_MS, 'The follow-up of parts lists', followUp);
};

/** Declares what releases titles, numbers of sets and bytes that a MOC no longer holds. */
const declareHousekeeping = (it: Scope, tidy: TidyUp): void => {
  it.on('moc-management-housekeeping', MOC_STREAMS, async (deliveredEvent) => {
    const event = mocCodec.decode(deliveredEvent.type, deliveredEvent.data);
    if (event === undefined || !CONCERNS_HOUSEKEEPING.has(event.type)) return;
    const commandId = derivedId('housekeeping', deliveredEvent.eventId);
    await tidy(event.data.mocId, reactionTo(deliveredEvent, { commandId, actor: 'housekeeping' }));
  });
};

/** Declares that the results of file processing are recorded. */
const followPartsResults = (it: Scope, record: ReturnType<typeof partsResults>): void => {
  const source = { stream: FILE_PROCESSING_EVENTS, payload: fileProcessingPayload };
  it.onIntegrationEvent('moc-management', source, ({ payload, cause }) =>
    record(payload, { ...cause, actor: 'file-processing' }),
  );
};

const PROFILE_SOURCE = { stream: PROFILE_EVENTS, payload: profilePayload };

/** Declares what is done about files that file storage withdraws. */
const followWithdrawals = (it: Scope, drop: DropWithdrawnFile): void => {
  const source = { stream: FILE_STORAGE_EVENTS, payload: fileStoragePayload };
  it.onIntegrationEvent('moc-management-withdrawn-files', source, async ({ payload, cause }) => {
    if (!('withdrawnAt' in payload)) return;
    const { fileId, reason: infectedWith, withdrawnAt } = payload;
    const file = { fileId: fileId as FileId, infectedWith, at: withdrawnAt as Instant };
    await drop(payload.owner as UserId, file, { ...cause, actor: 'virus-scan' });
  });
};

type OwnersOfMocs = { readonly owners: Owners; readonly mocsOf: MocsOf };

/** Declares what is done about owners who are erased; returns the owners, and every MOC of each. */
const declareOwners = (it: Scope, mocs: HandleCommand<MocCommand, MocRejection>): OwnersOfMocs => {
  const owners = ownersOn(it.streams('mocOwner', ownerCodec, ownerDecider));
  const inCatalogue = mocsOfOwner(it.db);
  const erase = eraseOwner(owners, inCatalogue, mocs, it.clock);
  it.onIntegrationEvent('moc-management-forgetting', PROFILE_SOURCE, async ({ payload, cause }) => {
    if (payload.status !== 'erased') return;
    await erase(payload.userId as UserId, payload.erasedAt as Instant, cause);
  });
  return { owners, mocsOf: allMocsOf(owners, inCatalogue) };
};

const settings = {
  ...webhookSettings,
  /** How many flags hide a comment until a moderator has decided. */
  MOC_COMMENT_FLAGS_TO_HIDE: z.coerce.number().int().min(1).default(3),
  /** The public URL of the API: links in feeds are absolute. */
  PUBLIC_API_URL: z.url().default(`${LOCAL_GATEWAY_URL}/api`),
};

type SocialNeeds = Pick<WebhookDependencies, 'versions' | 'mocs'> &
  OwnersOfMocs & {
    readonly latest: (mocId: MocId) => Promise<{ readonly state: Moc }>;
  };

/**
 * Declares what users have to do with MOCs of each other, and the export of all that; returns the routes, those apart whose
 * replies show secrets.
 */
const declareSocial = (it: ScopeWith<typeof settings>, { versions, mocs, latest, owners, mocsOf }: SocialNeeds) => {
  const load = async (mocId: MocId): Promise<Moc> => (await latest(mocId)).state;
  const { interests, routes: interestRoutes } = declareInterests(it, versions);
  const hidesAt = it.settings.MOC_COMMENT_FLAGS_TO_HIDE;
  const { comments, routes: commentRoutes } = declareComments(it, { versions, load, hidesAt });
  const { secretRoutes, routes, history } = declareWebhooks(it, { versions, interests, comments, mocs, load });
  const read = exportMocs({ mocsOf, mocs, comments, interests, webhooks: history, now: it.clock });
  return { secretRoutes, socialRoutes: [interestRoutes, commentRoutes, routes, exportRoute(read, owners)] };
};

export const mocManagement: Context<typeof settings> = {
  service: MOC_MANAGEMENT,
  settings,
  contracts: CONTRACTS,
  events: mocManagementPayloads,
  webhooks: WEBHOOK_CONTRACTS,
  requestTimeoutMs: REQUEST_TIMEOUT_MS,
  wire: (it) => {
    const { clock: now, logger } = it;
    const streams = it.streams('moc', mocCodec, mocDecider);
    const uploadStreams = it.streams(mocUpload.name, mocUploadCodec, mocUpload);
    const files = storedFiles(it.use(clientOf(FILE_STORAGE)));
    const processing = it.use(clientOf(FILE_PROCESSING));
    const partsReader = fileProcessingPartsReader(processing);
    const writes = ownWrites();
    const states = foldedStates(mocDecider, streams);
    const mocs = trackOwnWrites(states.handle, writes);
    const reservations = {
      titles: it.streams('mocTitle', titleCodec, titleDecider),
      setNumbers: it.streams('mocSetNumber', setNumberCodec, setNumberDecider),
    };
    const titles = titlesOn(reservations, now);
    const { owners, mocsOf } = declareOwners(it, mocs);
    const reader = mocReader(it.db, streams, writes);

    const onDelay = (step: string, error: unknown) => logger.warn('A step of an upload has to wait', { step, error });
    const load = currentState(mocDecider, streams);
    const succession = successionIn(load);
    const linking = declareGalleryLinks(it, mocs);
    const needs = { titles, owners, mocs, load, files, now, partsReader, linking };
    const runner = processRunner(mocUpload, uploadStreams, mocUploadSteps({ ...needs, onDelay }), now);
    takeOverUploads(it, runner);

    it.project(mocCatalogue, mocCodec);
    it.publish({ source: MOC_STREAMS, translate: announceMoc(streams) });

    declareHousekeeping(it, tidyUp(streams, titles, files));

    followPartsResults(it, partsResults(mocs));

    followUpOverdueParts(it, partsReader, mocs);

    followWithdrawals(it, dropWithdrawnFile({ owners, mocs }));

    const revise = reviseMoc(mocs, states.latest, titles);
    const versions = versionReading(states.latest, fileProcessingLotsReader(processing));
    const social = { versions, owners, mocsOf, mocs: streams, latest: states.latest };
    const { secretRoutes, socialRoutes } = declareSocial(it, social);

    return [
      uploadRoutes(
        receiveUpload({
          ...{ runner, streams: uploadStreams, files, titles, owners, now },
          onDelay: (error) => onDelay('answer', error),
        }),
        reader,
      ),
      uploadStatusRoute((uploadId) => runner.load(uploadId)),
      // An upload recognises its own repetition, by the content of its files; a secret must not be stored with a reply.
      secretRoutes,
      it.idempotency(),
      changeRoutes(mocs, revise, now),
      versionRoutes({ versions, revise, files }),
      rebuyExportRoute(versions, fileProcessingListWriter(processing)),
      lastSeenRoutes(versions, it.streams('mocReading', readingCodec, readingDecider)),
      feedRoutes(feedsOf(versions, feedReader(it.db)), it.settings.PUBLIC_API_URL),
      ...socialRoutes,
      lookupRoute(mocLookup(it.db, streams, writes)),
      lineageRoute(versions, lineageReader(it.db), owners),
      successionRoutes(mocs, succession),
      readingRoutes(reader, files, succession),
      galleryLinkRoutes({ linking, mocs, reader }),
      historyRoute(streams, owners),
      estimateRoute(reader, fileProcessingCostEstimator(processing)),
    ];
  },
};
