import { Router, type Request, type RequestHandler } from 'express';
import type { Clock } from '@lego-moc/application/clock';
import { userOf } from '@lego-moc/http/caller';
import { ok, problem, type Reply } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { isRejection } from '@lego-moc/kernel/decider';
import { causeOfChange } from '@lego-moc/service/acting';
import { auditJudge, promptly, type AuditJob, type AuditStatus } from '../../application/audit-job.ts';
import type { EvidenceLog } from '../../application/evidence-log.ts';
import type { GateKeeper } from '../../application/gate-keeper.ts';
import type { RowReconciler } from '../../application/reconciliation.ts';
import type { MigrationStates } from '../../application/transitions.ts';
import { CAPABILITIES, type Capability } from '../../contracts/capabilities.ts';
import type { AuditReply, MigrationReply } from '../../contracts/http-api.ts';
import { AUDIT_GATE, type Migration } from '../../domain/migration.ts';
import type { MigrationCommand } from '../../domain/migration-commands.ts';
import type { Verdict } from '../../domain/migration-events.ts';
import {
  advanceMigration,
  auditMigration,
  holdMigration,
  listMigrations,
  readAudit,
  readEvidence,
  readMigration,
  reconcileRows,
  releaseMigration,
  rollBackMigration,
  setExceptions,
} from './contracts.ts';
import { evidenceReplyOf } from './evidence-reply.ts';

export type MigrationRoutes = {
  readonly states: MigrationStates;
  readonly audits: AuditJob;
  readonly gates: Pick<GateKeeper, 'judge'>;
  readonly evidence: Pick<EvidenceLog, 'read'>;
  readonly reconcile: RowReconciler;
  /** Rows of the monolith; null while it is away. */
  readonly countRows: (capability: Capability) => Promise<number | null>;
  /** Resolves once both sides have what the other wrote before, or after a short time. */
  readonly untilFollowed: () => Promise<void>;
  readonly now: Clock;
};

const toReply = (capability: Capability, migration: Migration, total: number | null): MigrationReply => {
  const { stage, epoch, held, stranded = null, transition, allow, deny, backfill } = migration;
  return {
    ...{ capability, ...stage, epoch, held, stranded, allow: [...allow], deny: [...deny] },
    transition:
      transition === undefined ? null : { ...transition.to, kind: transition.kind, begunAt: transition.begunAt },
    backfill: { completed: backfill.completed, rows: backfill.rows, findings: backfill.findings, total },
  };
};

/** Before users move, both sides must have the same rows. */
const isAudited = ({ stage }: Migration): boolean => stage.state !== 'off' && stage.state !== 'capture';

const verdictOf = ({ running, owners, rows, differing }: AuditStatus): Verdict => ({
  gate: AUDIT_GATE,
  outcome: running ? 'inconclusive' : differing === 0 ? 'pass' : 'fail',
  detail: running
    ? `It runs; ${String(rows)} rows were compared so far. Try again when it has finished.`
    : `${String(differing)} differences in ${String(rows)} rows of ${String(owners)} users.`,
});

const auditReplyOf = ({ differences, ...status }: AuditStatus): AuditReply => ({
  ...status,
  differences: differences.map(({ table, id, columns, missing }) => ({
    ...{ table, id, columns: [...columns] },
    ...(missing === undefined ? {} : { missing }),
  })),
});

/** `/ops/migrations`. `guard` admits only operators. */
export const migrationRoutes = (
  { states, audits, gates, evidence, reconcile, countRows, untilFollowed, now }: MigrationRoutes,
  guard: RequestHandler,
): Router => {
  const read = async (capability: Capability): Promise<MigrationReply> =>
    toReply(capability, (await states.latest(capability)).state, await countRows(capability));

  const act = async (request: Request, capability: Capability, command: MigrationCommand): Promise<Reply> => {
    const outcome = await states.handle(capability, command, causeOfChange(request));
    return isRejection(outcome) ? problem(409, outcome.rejected, outcome.because) : ok(await read(capability));
  };
  const judge = auditJudge(audits, now);
  const actOf = (request: Request, reason: string) => ({ actor: userOf(request).id, reason, at: now() });

  return Router()
    .use('/ops/migrations', guard)
    .use(
      route(listMigrations, async () => ok({ migrations: await Promise.all(CAPABILITIES.map(read)) })),
      route(readMigration, async ({ params }) => ok(await read(params.capability))),
      route(
        advanceMigration,
        async ({ request, params: { capability }, body: { reason, percent, withoutEvidence } }) => {
          causeOfChange(request);
          const { state } = await states.latest(capability);
          const verdicts = isAudited(state) ? [verdictOf(await judge(state.epoch)), ...gates.judge(state)] : [];
          const data = {
            ...{ ...actOf(request, reason), verdicts, withoutEvidence },
            ...(percent === undefined ? {} : { percent }),
          };
          // Writes wait from the command on: what can be followed before must not be followed then.
          await untilFollowed();
          return act(request, capability, { type: 'Advance', data });
        },
      ),
      route(rollBackMigration, async ({ request, params, body: { reason, force } }) => {
        if (!force) await untilFollowed();
        return act(request, params.capability, { type: 'RollBack', data: { ...actOf(request, reason), force } });
      }),
      route(holdMigration, ({ request, params, body }) =>
        act(request, params.capability, { type: 'Hold', data: actOf(request, body.reason) }),
      ),
      route(releaseMigration, ({ request, params, body }) =>
        act(request, params.capability, { type: 'Release', data: actOf(request, body.reason) }),
      ),
      route(setExceptions, ({ request, params, body: { reason, ...lists } }) =>
        act(request, params.capability, { type: 'SetExceptions', data: { ...actOf(request, reason), ...lists } }),
      ),
      route(auditMigration, async () => ok(auditReplyOf(await promptly(audits)))),
      route(reconcileRows, async ({ request, body: { reason, keep, rows: ids } }) => {
        const outcome = await reconcile({ ...actOf(request, reason), keep, ids }, causeOfChange(request));
        return isRejection(outcome) ? problem(409, outcome.rejected, outcome.because) : ok(outcome);
      }),
      route(readAudit, () => ok(auditReplyOf(audits.status()))),
      route(readEvidence, async ({ params: { capability } }) => {
        const { state } = await states.latest(capability);
        return ok(evidenceReplyOf(gates.judge(state), evidence.read(capability, state.stage)));
      }),
    );
};
