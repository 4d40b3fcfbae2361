import { Router, type RequestHandler } from 'express';
import type { EventStoreClient } from '@lego-moc/event-store/connect';
import { readActions, type StoredAction } from '@lego-moc/event-store/operator-actions';
import { noContent } from '@lego-moc/http/respond';
import { defineRoute, route, type RouteContract } from '@lego-moc/http/route-contract';
import type { Metrics } from '@lego-moc/metrics/metrics';
import { auditReport, type AuditCheck } from '@lego-moc/operations/contracts/audits';
import { causeOfChange } from './acting.ts';
import type { RecordAction } from './operator-actions.ts';

const RECORD = defineRoute({
  ...{ tags: ['operations'], access: 'operator', method: 'post', path: '/ops/audits' },
  summary: 'Record what an audit of the platform has found',
  body: auditReport,
  replies: {
    204: { description: 'It is an action on record, with the differences that are left' },
    400: { description: 'Without an Idempotency-Key, or not the report of an audit' },
    403: { description: 'role-missing: this needs the role operator:act' },
  },
});

/** For the OpenAPI document of the service. */
export const AUDIT_CONTRACTS: readonly RouteContract[] = [RECORD];

const ACTION = 'audit';
const REASON_LENGTH_MAX = 500;

/** Differences that are left; a check that could not be made counts as one. */
const leftOver = (checks: readonly AuditCheck[]): number =>
  checks.reduce((sum, { differences, repaired }) => sum + (differences === null ? 1 : differences - repaired), 0);

const isDifferent = ({ differences }: AuditCheck): boolean => differences !== 0;

/** `/ops/audits`: `npm run audit` reports here. */
export const auditsRouter = (guard: RequestHandler, recordAction: RecordAction): Router =>
  Router()
    .use('/ops/audits', guard)
    .use(
      route(RECORD, async ({ body: { checks }, request }) => {
        causeOfChange(request);
        const figures = checks
          .filter(isDifferent)
          .map(({ name, differences }) => `${name}: ${differences === null ? '?' : String(differences)}`);
        const reason = [`${String(checks.length)} comparisons`, ...figures].join(', ').slice(0, REASON_LENGTH_MAX);
        await recordAction(request, { action: ACTION, target: 'platform', count: leftOver(checks), reason });
        return noContent();
      }),
    );

/** An audit is looked for among the latest actions, once a minute. */
const LOOKED_THROUGH = 200;
const LOOK_AGAIN_MS = 60_000;

/** Shows in Prometheus when the platform was audited last, and how many differences were left; nothing before the first. */
export const gaugeAudits = (metrics: Metrics, client: EventStoreClient): void => {
  const time = metrics.gauge('platform_audit_last_run_timestamp_seconds', 'When the platform was audited last.');
  const differences = metrics.gauge('platform_audit_differences', 'Differences that the last audit has left.');
  let lastAudit: StoredAction | undefined;
  let lookedAt = -Infinity;
  metrics.beforeExposition(async () => {
    if (performance.now() - lookedAt >= LOOK_AGAIN_MS) {
      const actions = await readActions(client, { limit: LOOKED_THROUGH }).catch(() => []);
      lastAudit = actions.find(({ action }) => action === ACTION) ?? lastAudit;
      lookedAt = performance.now();
    }
    if (lastAudit === undefined) return;
    time.set(Date.parse(lastAudit.takenAt) / 1_000);
    differences.set(lastAudit.count ?? 0);
  });
};
