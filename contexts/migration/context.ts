import { z } from 'zod';
import { requireRole, requireService, requireUser } from '@lego-moc/auth-middleware/authenticate';
import { foldedStates } from '@lego-moc/application/folded-states';
import { catchUp } from '@lego-moc/event-store/catch-up';
import { lastPosition } from '@lego-moc/event-store/last-position';
import type { Resource } from '@lego-moc/service/resource';
import { clientOf } from '@lego-moc/service/resources/service-client';
import type { Context } from '@lego-moc/service/run-context';
import { WISHLIST } from '@lego-moc/wishlist/contracts/routes';
import { postgresLegacyDatabase } from './adapters/legacy-database/postgres-legacy-database.ts';
import { migrationCodec } from './adapters/event-store/migration-codec.ts';
import { CONTRACTS } from './adapters/http/contracts.ts';
import { migrationRoutes } from './adapters/http/migrations.route.ts';
import { routingRoutes } from './adapters/http/routing.route.ts';
import { POSITIONS, postgresFollowerPositions } from './adapters/positions/postgres-follower-positions.ts';
import { wishlistTarget } from './adapters/wishlist/wishlist-target.ts';
import { KNOWN_GATEWAYS, postgresKnownGateways } from './adapters/positions/postgres-known-gateways.ts';
import { evidenceLog } from './application/evidence-log.ts';
import { gateKeeper, ON_BREACH } from './application/gate-keeper.ts';
import { auditJob } from './application/audit-job.ts';
import { stateStranded } from './application/stranded-writes.ts';
import { followersOf } from './application/followers.ts';
import { migrationWorker } from './application/migration-worker.ts';
import type { LegacyDatabase } from './application/ports/legacy-database.ts';
import { rowReconciler } from './application/reconciliation.ts';
import { routingClients } from './application/routing-clients.ts';
import type { EvidenceReport } from './contracts/evidence.ts';
import { MIGRATION } from './contracts/routes.ts';
import type { Routing } from './contracts/routing.ts';
import { migrationDecider } from './domain/migration.ts';

const settings = {
  /** The monolith's database, with the right to make a schema and triggers there. */
  LEGACY_DATABASE_URL: z.url(),
  LEGACY_DATABASE_SCHEMA: z.string().default('public'),
  /** What happens by itself when a gate fails. */
  MIGRATION_ON_BREACH: z.enum(ON_BREACH).default('rollback'),
  /** How long a transition may take, while the writes of its users wait or are refused. */
  MIGRATION_HOLD_MAX_MS: z.coerce.number().int().min(100).default(2_000),
  /** How many times more differences, errors and slow answers pass, with so much less evidence: for demonstrations. */
  MIGRATION_TOLERANCE: z.coerce.number().min(1).default(1),
};

/** What the followers wait after they are done; a second look of the audit comes after twice as long and more. */
const FOLLOW_EVERY_MS = 100;
const SECOND_LOOK_MS = 1_000;
const FOLLOWED_WITHIN_MS = 30_000;
const FOLLOWED_BEFORE_MOVE_MS = 1_000;
const STRANDED_EVERY_MS = 5_000;
const KEEP_EVERY_MS = 1_000;
const AUDIT_EVERY_MS = 3_600_000;

const legacyDatabase: Resource<LegacyDatabase> = {
  name: 'legacy database',
  open: ({ read }) => {
    const { LEGACY_DATABASE_URL: url, LEGACY_DATABASE_SCHEMA: schema } = read(settings);
    return postgresLegacyDatabase(url, schema);
  },
  close: (database) => database.close(),
};

export const migration: Context<typeof settings> = {
  service: MIGRATION,
  settings,
  contracts: CONTRACTS,
  wire: (it) => {
    const { eventStore: client, logger, clock: now } = it;
    const legacy = it.use(legacyDatabase);
    const states = foldedStates(migrationDecider, it.streams('migration', migrationCodec, migrationDecider));
    const positions = postgresFollowerPositions(it.db);
    const clients = routingClients(postgresKnownGateways(it.db), () => performance.now());
    const target = wishlistTarget(it.use(clientOf(WISHLIST)));
    const source = { streamPrefixes: [target.streamPrefix] };
    const followers = followersOf({
      ...{ legacy, target, positions },
      readLog: (from) => catchUp(client, { source, from }),
    });
    const worker = migrationWorker({
      ...{ states, legacy, target, followers, positions, now },
      holdMaxMs: it.settings.MIGRATION_HOLD_MAX_MS,
      report: (message, details) => logger.info(message, details),
      logEnd: () => lastPosition(client),
      untilDrained: (version, ms) => clients.untilDrained(target.capability, version, ms),
    });
    const audits = auditJob({
      ...{ legacy, target, now, secondLookMs: SECOND_LOOK_MS },
      untilFollowed: () => worker.untilNextRound(FOLLOWED_WITHIN_MS),
    });
    const evidence = evidenceLog(() => performance.now());
    const gates = gateKeeper({
      ...{ capability: target.capability, worker, evidence, now },
      ...{ tolerance: it.settings.MIGRATION_TOLERANCE, onBreach: it.settings.MIGRATION_ON_BREACH },
      nowMs: () => performance.now(),
    });
    const reconcile = rowReconciler({ states, legacy, target, audits });
    // Within the time that an answer may take.
    const untilFollowed = (): Promise<void> => worker.untilNextRound(FOLLOWED_BEFORE_MOVE_MS);
    const countRows = async (): Promise<number | null> => {
      const counts = await Promise.all(target.tables.map(({ name }) => legacy.countRows(name))).catch(() => null);
      return counts === null ? null : counts.reduce((sum, count) => sum + count, 0);
    };

    it.migrate([...POSITIONS, ...KNOWN_GATEWAYS]);
    it.every(FOLLOW_EVERY_MS, 'Following', async (signal) => {
      while ((await worker.run()) && !signal.aborted);
    });

    it.every(AUDIT_EVERY_MS, 'The hourly audit', async () => {
      const { stage } = (await worker.read()).state;
      if (stage.state !== 'off' && stage.state !== 'complete') await audits.start();
    });

    it.every(STRANDED_EVERY_MS, 'Stating what a forced rollback left behind', () => stateStranded(worker, audits, now));

    it.every(KEEP_EVERY_MS, 'Judging traffic', gates.keep);

    const noteEvidence = async (report: EvidenceReport): Promise<void> => {
      const { stage } = (await worker.read()).state;
      evidence.note(report, () => stage);
    };
    const readAll = async (): Promise<readonly Routing[]> => [await worker.readRouting()];
    return [
      routingRoutes({ readAll, note: clients.note, noteEvidence }, requireService),
      requireUser,
      it.idempotency(),
      migrationRoutes(
        { states, audits, gates, evidence, reconcile, countRows, untilFollowed, now },
        requireRole('operator'),
      ),
    ];
  },
};
