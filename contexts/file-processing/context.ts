import { z } from 'zod';
import { newId } from '@lego-moc/application/new-id';
import { foldedStates } from '@lego-moc/application/folded-states';
import { isOutage } from '@lego-moc/event-store/outage';
import { FILE_STORAGE } from '@lego-moc/file-storage/contracts/routes';
import { MOC_MANAGEMENT_EVENTS, mocPayload } from '@lego-moc/moc-management/contracts/integration-events';
import type { UserId } from '@lego-moc/kernel/message';
import type { Database } from '@lego-moc/postgres/database';
import { PROFILE_EVENTS, profilePayload } from '@lego-moc/profile/contracts/integration-events';
import { clientOf } from '@lego-moc/service/resources/service-client';
import type { Context, ScopeWith } from '@lego-moc/service/run-context';
import { announceJobs } from './adapters/event-store/announce-jobs.ts';
import { CATEGORY, fileJobCodec } from './adapters/event-store/file-job-codec.ts';
import { FILE_KINDS, fileKindsCodec } from './adapters/event-store/file-kinds-codec.ts';
import { MESSAGE_TIMEOUT_MS, onSubmission } from './adapters/event-store/parsing-worker.ts';
import { LIST_WRITERS } from './adapters/export-files/list-writers.ts';
import { isOwnFile } from './adapters/export-files/own-file.ts';
import { packFiles } from './adapters/export-files/pack-files.ts';
import { storedFiles } from './adapters/file-storage/stored-files.ts';
import { catalogueItemsRoute } from './adapters/http/catalogue-items.route.ts';
import { catalogueRoutes } from './adapters/http/catalogue.route.ts';
import { substitutionsRoute } from './adapters/http/substitutions.route.ts';
import { exportRoutes } from './adapters/http/export.route.ts';
import { fileKindRoutes } from './adapters/http/file-kind.route.ts';
import { jobControlRoutes } from './adapters/http/job-control.route.ts';
import { jobRoutes } from './adapters/http/job.route.ts';
import { openedSetsRoute } from './adapters/http/opened-sets.route.ts';
import { CONTRACTS } from './adapters/http/routes.ts';
import { setRoutes } from './adapters/http/set.route.ts';
import { findVisibleJob } from './adapters/http/visible-job.ts';
import { readingWorkers, readInWorkers } from './adapters/parts-list-files/read-in-workers.ts';
import { readingQueue } from './adapters/parts-list-files/reading-queue.ts';
import { catalogueItemsIn } from './adapters/postgres/catalogue-items.ts';
import { catalogueReads } from './adapters/postgres/catalogue-reads.ts';
import { listedLotsIn } from './adapters/postgres/listed-lots.ts';
import { substitutionsIn } from './adapters/postgres/substitution-queries.ts';
import { migrations } from './adapters/postgres/migrations.ts';
import { postgresCatalogue } from './adapters/postgres/postgres-catalogue.ts';
import { postgresCatalogueStore } from './adapters/postgres/postgres-catalogue-store.ts';
import { postgresExportLots } from './adapters/postgres/postgres-export-lots.ts';
import { postgresJobLeases } from './adapters/postgres/postgres-job-leases.ts';
import { postgresJobRegister } from './adapters/postgres/postgres-job-register.ts';
import { postgresLotResolution } from './adapters/postgres/postgres-lot-resolution.ts';
import { postgresLots } from './adapters/postgres/postgres-lots.ts';
import { postgresSetOpening } from './adapters/postgres/postgres-set-opening.ts';
import { setQueries } from './adapters/postgres/set-queries.ts';
import { starterCatalogue } from './adapters/starter-catalogue/starter-catalogue.ts';
import { ensureCatalogue } from './application/ensure-catalogue.ts';
import { kindMemory } from './application/kind-memory.ts';
import { exportListed } from './application/listed-lists.ts';
import { openSets, type OpeningNeeds, type OpenSets } from './application/open-sets.ts';
import { withOwnNumbers } from './application/own-numbers.ts';
import { parseFile } from './application/parse-file.ts';
import { PARSING_MS_MAX } from './application/read-pass.ts';
import { planExport } from './application/plan-export.ts';
import { cancelJob, sweepLots, withdrawJob, withdrawJobsOf } from './application/remove-lots.ts';
import { resolveLots } from './application/resolve-lots.ts';
import { suggestParts } from './application/suggest-parts.ts';
import { writeExport } from './application/write-export.ts';
import { fileProcessingPayloads } from './contracts/integration-events.ts';
import { FILE_PROCESSING } from './contracts/routes.ts';
import { declareOwnParts } from './own-parts.ts';
import { declarePrices, priceSettings } from './prices.ts';
import { fileJobDecider, type FileJob } from './domain/file-job.ts';
import type { AttemptId, JobId } from './domain/file-job-events.ts';

const settings = {
  ...priceSettings,
  /** Files read at once, each in a process of its own. */
  PARSING_CONCURRENCY: z.coerce.number().int().min(1).max(100).default(3),
};

const SWEEP_INTERVAL_MS = 60_000;

/** Files that wait here for a reader, small ones before large ones; others wait in the event store, in their order. */
const WAITING_FILES_MAX = 400;

const JOBS = { streamPrefixes: [`${CATEGORY}-`] };

/** Declares what goes when a MOC or an account does. */
const declareRemovals = (
  it: ScopeWith<typeof settings>,
  lotRemoval: Parameters<typeof withdrawJob>[0],
  kinds: ReturnType<typeof kindMemory>,
): void => {
  const withdrawJobs = withdrawJobsOf(lotRemoval);
  const withdraw = withdrawJob(lotRemoval);
  it.onIntegrationEvent(
    'file-processing-deletions',
    { stream: MOC_MANAGEMENT_EVENTS, payload: mocPayload },
    async ({ payload, cause }) => {
      if (payload.status === 'deleted') await withdrawJobs(payload.mocId, cause);
      else for (const jobId of payload.releasedJobs ?? []) await withdraw(jobId as JobId, cause);
    },
  );
  it.onIntegrationEvent(
    'file-processing-forgetting',
    { stream: PROFILE_EVENTS, payload: profilePayload },
    async ({ payload, cause }) => {
      if (payload.status === 'erased') await kinds.forget(payload.userId as UserId, cause);
    },
  );
};

const setOpener = (db: Database, needs: Omit<OpeningNeeds, 'opening' | 'newAttemptId'>): OpenSets =>
  openSets({ ...needs, opening: postgresSetOpening(db), newAttemptId: () => newId() as AttemptId });

export const fileProcessing: Context<typeof settings> = {
  service: FILE_PROCESSING,
  settings,
  contracts: CONTRACTS,
  events: fileProcessingPayloads,
  wire: (it) => {
    const streams = it.streams(CATEGORY, fileJobCodec, fileJobDecider);
    // A job is decided on three times within moments: its folded state saves reading its stream each time.
    const jobStates = foldedStates(fileJobDecider, streams);
    const { handle } = jobStates;
    const load = async (jobId: JobId): Promise<FileJob> => (await jobStates.latest(jobId)).state;
    const lastSeen = async (jobId: JobId): Promise<FileJob> => (await jobStates.lastSeen(jobId)).state;
    const files = storedFiles(it.use(clientOf(FILE_STORAGE)));
    const catalogue = postgresCatalogue(it.db);
    const lots = postgresLots(it.db);
    const leases = postgresJobLeases(it.db);
    const jobs = postgresJobRegister(it.db);
    const resolution = postgresLotResolution(it.db);
    const { ownPartsOf, routes } = declareOwnParts(it, { catalogue, resolution });
    const kinds = kindMemory(it.streams(FILE_KINDS, fileKindsCodec), it.clock);
    const { PARSING_CONCURRENCY: readersMax } = it.settings;
    const read = readInWorkers(readingWorkers(readersMax), PARSING_MS_MAX);
    const queue = readingQueue(readersMax, WAITING_FILES_MAX);
    const parse = parseFile({
      ...{ load, lastSeen, handle, files, read, now: it.clock, catalogue, ownPartsOf },
      ...{ lots, leases, jobs, kinds, queue, isOutage },
    });
    const lotRemoval = { load, handle, lots, jobs, now: it.clock };
    const exportLots = withOwnNumbers(postgresExportLots(it.db, catalogue), ownPartsOf);
    const writing = { writers: LIST_WRITERS, pack: packFiles };
    const plan = planExport({ lots: exportLots, files, isOwnFile });
    const write = writeExport({ plan, lots: exportLots, ...writing });

    it.migrate(migrations);
    it.prepare(() => ensureCatalogue(starterCatalogue, postgresCatalogueStore(it.db)));
    const worker = it.on('file-processing-parsing', JOBS, onSubmission(parse), {
      concurrency: WAITING_FILES_MAX,
      messageTimeoutMs: MESSAGE_TIMEOUT_MS,
    });
    it.readyWhile('The event store is not reachable yet.', () => worker() === 'live');
    declareRemovals(it, lotRemoval, kinds);
    it.every(SWEEP_INTERVAL_MS, 'sweep of lots', sweepLots(lotRemoval));
    const resolve = resolveLots({ load, handle, catalogue, ownPartsOf, resolution, now: it.clock, isOutage });
    it.every(SWEEP_INTERVAL_MS, 'resolution of unknown lots', resolve);
    it.publish({ source: JOBS, translate: announceJobs(streams) });

    return [
      it.idempotency(),
      jobRoutes({
        ...{ load, handle, files, now: it.clock, progress: leases.progress },
        lots: async (jobId, attemptId, query) =>
          suggestParts(catalogue)(await lots.page(jobId, attemptId, (await catalogue.newestRelease()).number, query)),
      }),
      jobControlRoutes({ find: findVisibleJob(load), cancel: cancelJob(lotRemoval), progress: leases.progress }),
      openedSetsRoute(findVisibleJob(load), setOpener(it.db, { ...lotRemoval, catalogue, resolution })),
      exportRoutes({ find: findVisibleJob(load), plan, write }),
      ...[fileKindRoutes(kinds), ...routes],
      catalogueRoutes(catalogueReads(it.db)),
      setRoutes(setQueries(it.db)),
      substitutionsRoute(substitutionsIn(it.db)),
      catalogueItemsRoute(catalogueItemsIn(it.db)),
      ...declarePrices(it, {
        load,
        lots: exportLots,
        open: exportListed({ resolve: listedLotsIn(it.db), ownPartsOf, ...writing }),
      }),
    ];
  },
};
