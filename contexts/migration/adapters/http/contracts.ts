import { z } from 'zod';
import { defineRoute, type RouteContract } from '@lego-moc/http/route-contract';
import {
  actionRequest,
  advanceRequest,
  auditReply,
  exceptionsRequest,
  migrationParams,
  migrationReply,
  migrationsReply,
  reconcileReply,
  reconcileRequest,
  rollbackRequest,
} from '../../contracts/http-api.ts';
import { evidenceReply, evidenceReport } from '../../contracts/evidence.ts';
import { routingTable } from '../../contracts/routing.ts';

const operatorRoute = { tags: ['operations'], access: 'operator' } as const;
const actRoute = { ...operatorRoute, method: 'post', params: migrationParams } as const;
const replies = {
  200: { description: 'The migration after it', schema: migrationReply },
  400: { description: 'Without a reason or an Idempotency-Key' },
  403: { description: 'role-missing: this needs the role operator:act' },
  409: { description: 'Refused by a rule or a gate; nothing was done' },
} as const;

export const listMigrations = defineRoute({
  ...{ ...operatorRoute, method: 'get', path: '/ops/migrations', summary: 'List migrations' },
  replies: { 200: { description: 'All of them', schema: migrationsReply } },
});

export const readMigration = defineRoute({
  ...{ ...operatorRoute, method: 'get', path: '/ops/migrations/:capability', summary: 'Read a migration' },
  params: migrationParams,
  replies: { 200: { description: 'The migration', schema: migrationReply } },
});

export const advanceMigration = defineRoute({
  ...{ ...actRoute, path: '/ops/migrations/:capability/advance', summary: 'Go to the next stage' },
  description:
    'Where users move, all rows are compared first, and the traffic of both sides is judged; their writes wait for two seconds at most.',
  ...{ body: advanceRequest, replies },
});

export const rollBackMigration = defineRoute({
  ...{ ...actRoute, path: '/ops/migrations/:capability/rollback', summary: 'Go back to the monolith' },
  description:
    'To shadow, or to off while no user has moved. What the platform wrote is at the monolith before; not so when it is forced: what is missing there is stated as stranded.',
  ...{ body: rollbackRequest, replies },
});

export const holdMigration = defineRoute({
  ...{ ...actRoute, path: '/ops/migrations/:capability/hold', summary: 'Let nothing advance' },
  ...{ body: actionRequest, replies },
});

export const releaseMigration = defineRoute({
  ...{ ...actRoute, path: '/ops/migrations/:capability/release', summary: 'Let it advance again' },
  ...{ body: actionRequest, replies },
});

export const setExceptions = defineRoute({
  ...{ ...actRoute, path: '/ops/migrations/:capability/exceptions', summary: 'Name users that move first and last' },
  ...{ body: exceptionsRequest, replies },
});

export const auditMigration = defineRoute({
  ...{
    ...actRoute,
    path: '/ops/migrations/:capability/audit',
    summary: 'Compare all rows of both sides',
  },
  description:
    'Begins an audit unless one runs, and waits for it a moment; what runs longer is read until it has finished.',
  replies: { 200: { description: 'The comparison', schema: auditReply } },
});

export const readAudit = defineRoute({
  ...{ ...operatorRoute, method: 'get', path: '/ops/migrations/:capability/audit', summary: 'Read the last audit' },
  params: migrationParams,
  replies: { 200: { description: 'The audit that runs, or the last one', schema: auditReply } },
});

export const reconcileRows = defineRoute({
  ...{ ...actRoute, path: '/ops/migrations/:capability/reconcile', summary: 'Give both sides one version of rows' },
  description:
    'Of the rows that the last audit found to differ, while the monolith writes for all users. A row that the platform has deleted cannot come back to it under its id: keep the version of the platform, which deletes it at the monolith.',
  body: reconcileRequest,
  replies: { ...replies, 200: { description: 'How many there were', schema: reconcileReply } },
});

export const readEvidence = defineRoute({
  ...{ ...operatorRoute, method: 'get', path: '/ops/migrations/:capability/evidence' },
  summary: 'Read what the gates judge by, and what they say',
  description: 'What both sides answered at the present stage, and where their answers differ. Values are masked.',
  params: migrationParams,
  replies: { 200: { description: 'The evidence', schema: evidenceReply } },
});

export const reportEvidence = defineRoute({
  ...{ method: 'post', path: '/internal/v1/evidence', access: 'service', tags: ['Migration'] },
  summary: 'Report what both sides answered',
  description: 'A gateway reports each second what it has seen since; a report that comes twice counts once.',
  body: evidenceReport,
  replies: { 204: { description: 'Taken over' } },
});

export const readRouting = defineRoute({
  ...{ method: 'post', path: '/internal/v1/routing', access: 'service', tags: ['Migration'] },
  summary: 'Where requests go',
  description: 'A gateway asks again and again, and states under which version its last write in flight began.',
  body: z.strictObject({
    instance: z.string().min(1).max(100),
    /** By capability: no write that began under an older version is in flight. */
    drained: z.record(z.string(), z.int().nonnegative()),
  }),
  replies: { 200: { description: 'The routing', schema: routingTable } },
});

export const CONTRACTS: readonly RouteContract[] = [
  listMigrations,
  readMigration,
  advanceMigration,
  rollBackMigration,
  holdMigration,
  releaseMigration,
  setExceptions,
  auditMigration,
  readAudit,
  reconcileRows,
  readEvidence,
  reportEvidence,
  readRouting,
];
