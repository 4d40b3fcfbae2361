import { request } from 'undici';
import { newId } from '@lego-moc/application/new-id';
import { signerFromFile } from '@lego-moc/auth-middleware/user-context';
import type { EvidenceReport } from '@lego-moc/migration/contracts/evidence';
import { routingTable, type RoutingTable } from '@lego-moc/migration/contracts/routing';

/** What a gateway says of itself: see the migration's route. */
export type GatewayState = { readonly instance: string; readonly drained: Readonly<Record<string, number>> };

export type MigrationClient = {
  readonly exchangeRouting: (state: GatewayState, signal: AbortSignal) => Promise<RoutingTable['routings']>;
  readonly sendEvidence: (report: EvidenceReport, signal: AbortSignal) => Promise<void>;
};

const ROUTING_PATH = '/internal/v1/routing';
const EVIDENCE_PATH = '/internal/v1/evidence';
const TIMEOUT_MS = 1_000;

/**
 * Asks the migration, signed as the gateway. Without breaker or retries: it is asked many times a second, and an answer
 * that is late is worth nothing.
 */
export const migrationClient = (baseUrl: string, keyPath: string): MigrationClient => {
  const sign = signerFromFile(keyPath, 'gateway');

  const post = async (path: string, body: object, signal: AbortSignal) =>
    request(new URL(path, baseUrl), {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-correlation-id': newId(),
        ...(await sign('migration', { method: 'POST', path })),
      },
      body: JSON.stringify(body),
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });

  return {
    exchangeRouting: async (state, signal) => {
      const { statusCode, body } = await post(ROUTING_PATH, state, signal);
      if (statusCode === 200) return routingTable.parse(await body.json()).routings;
      await body.dump();
      throw new Error(`migration answered with ${String(statusCode)}`);
    },
    sendEvidence: async (report, signal) => {
      const { statusCode, body } = await post(EVIDENCE_PATH, report, signal);
      await body.dump();
      if (statusCode !== 204) throw new Error(`migration answered with ${String(statusCode)}`);
    },
  };
};
