import { newId } from '@lego-moc/application/new-id';
import { LOCAL_GATEWAY_URL } from '@lego-moc/http/default-ports';
import {
  auditReply,
  migrationReply,
  migrationsReply,
  reconcileReply,
  type AuditReply,
  type MigrationReply,
} from '@lego-moc/migration/contracts/http-api';
import { evidenceReply, type EvidenceReply } from '@lego-moc/migration/contracts/evidence';

/** The service refused; `code` says why. */
export class Refusal extends Error {
  readonly code: string;

  constructor(code: string, detail: string) {
    super(detail);
    this.name = 'Refusal';
    this.code = code;
  }
}

export type MigrationClient = {
  readonly list: () => Promise<readonly MigrationReply[]>;
  readonly read: (name: string) => Promise<MigrationReply>;
  readonly act: (name: string, action: string, body: object) => Promise<MigrationReply>;
  readonly startAudit: (name: string) => Promise<AuditReply>;
  readonly readAudit: (name: string) => Promise<AuditReply>;
  /** Resolves with the number of rows. */
  readonly reconcile: (name: string, body: object) => Promise<number>;
  readonly readEvidence: (name: string) => Promise<EvidenceReply>;
};

const tokenOf = async (env: NodeJS.ProcessEnv): Promise<string> => {
  if (env['LEGO_MOC_TOKEN'] !== undefined) return env['LEGO_MOC_TOKEN'];
  const [{ issueToken }, { dataDir }] = await Promise.all([
    import('@lego-moc/embedded-identity/issue-token'),
    import('@lego-moc/embedded-identity/keys'),
  ]);
  return issueToken(dataDir(env), { name: 'operator', roles: ['operator', 'operator:act'], ttlS: 3_600 });
};

const refusalOf = async (reply: Response): Promise<Error> => {
  const { type = '', detail } = (await reply.json().catch(() => ({}))) as { type?: string; detail?: string };
  return new Refusal(type.split(':').at(-1) ?? '', detail ?? `The gateway answered ${String(reply.status)}`);
};

/** Asks the migration through the gateway, as an operator. */
export const migrationClient = async (env: NodeJS.ProcessEnv): Promise<MigrationClient> => {
  const base = env['LEGO_MOC_URL'] ?? LOCAL_GATEWAY_URL;
  const authorization = `Bearer ${await tokenOf(env)}`;

  const send = async (path: string, method: 'GET' | 'POST', body?: object): Promise<unknown> => {
    const reply = await fetch(new URL(`/ops/migration/migrations${path}`, base), {
      method,
      headers: {
        authorization,
        ...(method === 'POST' && { 'idempotency-key': newId() }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }).catch((error: unknown) => {
      throw new Error(`No answer from ${base}. Is the platform running (npm start)?`, { cause: error });
    });
    if (!reply.ok) throw await refusalOf(reply);
    return reply.json();
  };

  const at = (name: string): string => `/${encodeURIComponent(name)}`;
  return {
    list: async () => migrationsReply.parse(await send('', 'GET')).migrations,
    read: async (name) => migrationReply.parse(await send(at(name), 'GET')),
    act: async (name, action, body) => migrationReply.parse(await send(`${at(name)}/${action}`, 'POST', body)),
    startAudit: async (name) => auditReply.parse(await send(`${at(name)}/audit`, 'POST')),
    readAudit: async (name) => auditReply.parse(await send(`${at(name)}/audit`, 'GET')),
    reconcile: async (name, body) => reconcileReply.parse(await send(`${at(name)}/reconcile`, 'POST', body)).rows,
    readEvidence: async (name) => evidenceReply.parse(await send(`${at(name)}/evidence`, 'GET')),
  };
};
