import { useQuery } from '@tanstack/preact-query';
import { auditReply, migrationsReply } from '@lego-moc/migration/contracts/http-api';
import { evidenceReply } from '@lego-moc/migration/contracts/evidence';
import type { infer as Infer } from 'zod/mini';
import { changeAsPreviewed, type Intent } from './actions.ts';
import { getJson, ops, request } from './http.ts';
import { REFRESH_MS } from './subscriptions.ts';
import * as z from 'zod/mini';

const SERVICE = 'migration';

export type Migration = Infer<typeof migrationsReply>['migrations'][number];
export type MigrationAudit = Infer<typeof auditReply>;
export type MigrationEvidence = Infer<typeof evidenceReply>;
export type MigrationAction = 'advance' | 'rollback' | 'hold' | 'release';

/** A migration runs only where there is a monolith. */
export const hasMigrations = (services: readonly string[]): boolean => services.includes(SERVICE);

export const useMigrations = (services: readonly string[]) =>
  useQuery({
    queryKey: ['migrations'],
    queryFn: async ({ signal }) => (await getJson(migrationsReply, ops(SERVICE, 'migrations'), signal)).migrations,
    enabled: hasMigrations(services),
    refetchInterval: REFRESH_MS,
  });

/** What both sides answer at the present stage, and what the gates say about it. */
export const useMigrationEvidence = (capability: string) =>
  useQuery({
    queryKey: ['migration-evidence', capability],
    queryFn: ({ signal }) => getJson(evidenceReply, ops(SERVICE, 'migrations', capability, 'evidence'), signal),
    refetchInterval: REFRESH_MS,
  });

/** Throws when a rule or a gate refuses it. */
export const changeMigration = async (
  capability: string,
  action: MigrationAction,
  intent: Intent,
  more: object = {},
): Promise<void> => {
  await changeAsPreviewed(ops(SERVICE, 'migrations', capability, action), intent, more);
};

const AUDIT_POLL_MS = 1_000;

/** Compares the rows of both sides, which changes nothing; resolves when that has finished. */
export const auditMigration = async (capability: string): Promise<MigrationAudit> => {
  const path = ops(SERVICE, 'migrations', capability, 'audit');
  const reply = await request(path, { method: 'POST' });
  let audit = z.parse(auditReply, await reply.json());
  while (audit.running) {
    await new Promise((resolve) => {
      setTimeout(resolve, AUDIT_POLL_MS);
    });
    audit = await getJson(auditReply, path);
  }
  return audit;
};
