import type { Express, RequestHandler } from 'express';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { createApi } from '@lego-moc/http/api';
import { setCaller } from '@lego-moc/http/caller';
import { currentState } from '@lego-moc/application/current-state';
import { foldedStates } from '@lego-moc/application/folded-states';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { processRunner } from '@lego-moc/application/process-runner';
import { silentLogger } from '@lego-moc/logger/logger';
import { createMetrics } from '@lego-moc/metrics/metrics';
import { galleryLinking } from '../application/gallery-linking.ts';
import type { Gallery } from '../application/ports/gallery.ts';
import { mocUpload } from '../application/processes/moc-upload.ts';
import type { MocUploadEvent } from '../application/processes/moc-upload-events.ts';
import { mocUploadSteps } from '../application/processes/moc-upload-steps.ts';
import { owners, type Owners } from '../application/owners.ts';
import { reviseMoc } from '../application/revision.ts';
import { successionIn } from '../application/succession.ts';
import { titles, type Titles } from '../application/titles.ts';
import { receiveUpload } from '../application/upload-reception.ts';
import type { MocReply } from '../contracts/http-api.ts';
import type { LinkedItemEvent } from '../domain/linked-item.ts';
import type { MocEvent, MocId } from '../domain/moc-events.ts';
import { mocDecider } from '../domain/moc.ts';
import type { OwnerEvent } from '../domain/owner-events.ts';
import type { SetNumberEvent, TitleEvent } from '../domain/reservation-events.ts';
import { memoryFileStore } from './memory-file-store.ts';
import { latestMoc } from '../adapters/read-models/latest-moc.ts';
import { changeRoutes } from '../adapters/http/changes.route.ts';
import { CONTRACTS } from '../adapters/http/contracts.ts';
import { historyRoute } from '../adapters/http/history.route.ts';
import { lookupRoute } from '../adapters/http/lookup.route.ts';
import { readingRoutes } from '../adapters/http/reading.route.ts';
import { successionRoutes } from '../adapters/http/succession.route.ts';
import { uploadStatusRoute } from '../adapters/http/upload-status.ts';
import { uploadRoutes } from '../adapters/http/uploads.route.ts';

export const now = () => '2026-01-01T12:00:00.000Z' as Instant;

export const createOwners = (): Owners => owners(inMemoryStreams<OwnerEvent>('mocOwner', now));

export type ReadMoc = (mocId: MocId, reader: UserId) => Promise<MocReply | undefined>;

/** The service's API over in-memory streams; the caller is the user in `x-test-user`, or the service in `x-test-service` on behalf of that user. */
export const api = (
  allOwners = createOwners(),
  readModel = (latest: ReadMoc) => latest,
  secureTitle = (secure: Titles['secure']) => secure,
  gallery: Gallery = { existing: () => Promise.resolve(undefined) },
): Express => {
  const mocStreams = inMemoryStreams<MocEvent>('moc', now);
  const reservationStreams = {
    titles: inMemoryStreams<TitleEvent>('mocTitle', now),
    setNumbers: inMemoryStreams<SetNumberEvent>('mocSetNumber', now),
  };
  const streams = inMemoryStreams<MocUploadEvent>('mocUpload', now);
  const { handle: mocs, latest: latestState } = foldedStates(mocDecider, mocStreams);
  const allTitles = titles(reservationStreams, now);
  const files = memoryFileStore();
  const partsReader = { request: () => Promise.resolve(), result: () => Promise.resolve('pending' as const) };
  const onDelay = () => undefined;
  const needs = {
    titles: { ...allTitles, secure: secureTitle(allTitles.secure) },
    owners: allOwners,
    mocs,
    files,
    partsReader,
    load: currentState(mocDecider, mocStreams),
    linking: galleryLinking({ mocs, linkedItems: inMemoryStreams<LinkedItemEvent>('linkedItem', now), gallery, now }),
    now,
  };
  const steps = mocUploadSteps({ ...needs, onDelay });
  const runner = processRunner(mocUpload, streams, steps, now);
  const reception = { runner, streams, files, titles: allTitles, owners: allOwners, now, onDelay };
  const quick = { ...reception, answerWithinMs: 20 };
  const succession = successionIn(needs.load);
  const latest = latestMoc(mocStreams);
  const lookUp = async (mocIds: readonly MocId[], viewer: UserId) => {
    const replies = await Promise.all(mocIds.map((mocId) => latest(mocId, viewer)));
    return replies.filter((reply) => reply !== undefined);
  };
  const mocPage = () => Promise.resolve({ mocs: [], nextCursor: null });
  const reader = { moc: readModel(latest), latest, mocs: mocPage };
  const signIn: RequestHandler = (incoming, _response, next) => {
    const service = incoming.get('x-test-service');
    const id = (incoming.get('x-test-user') ?? 'ada') as UserId;
    setCaller(incoming, { user: { id, roles: [] }, ...(service === undefined ? {} : { service }) });
    next();
  };
  return createApi({
    service: 'moc-management',
    logger: silentLogger,
    metrics: createMetrics('moc-management', { processMetrics: false }),
    contracts: CONTRACTS,
    checkReplies: true,
    routes: [
      signIn,
      uploadRoutes(receiveUpload(quick), reader),
      uploadStatusRoute((id) => runner.load(id)),
      changeRoutes(mocs, reviseMoc(mocs, latestState, allTitles), now),
      lookupRoute(lookUp),
      successionRoutes(mocs, succession),
      readingRoutes(reader, files, succession),
      historyRoute(mocStreams, allOwners),
    ],
  });
};
