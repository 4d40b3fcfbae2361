import { request } from 'undici';
import { newId } from '@lego-moc/application/new-id';
import { signerFromFile } from '@lego-moc/auth-middleware/user-context';
import { routingTable, type RoutingTable } from '@lego-moc/migration/contracts/routing';

/** What a gateway says of itself: see the migration's route. */
export type GatewayState = { readonly instance: string; readonly drained: Readonly<Record<string, number>> };

export type MigrationClient = {
  readonly exchangeRouting: (state: GatewayState, signal: AbortSignal) => Promise<RoutingTable['routings']>;
};

const PATH = '/internal/v1/routing';
const TIMEOUT_MS = 1_000;

/**
 * Asks the migration, signed as the gateway. Without breaker or retries: it is asked many times a second, and an answer
 * that is late is worth nothing.
 */
export const migrationClient = (baseUrl: string, keyPath: string): MigrationClient => {
  const sign = signerFromFile(keyPath, 'gateway');
  return {
    exchangeRouting: async (state, signal) => {
      const { statusCode, body } = await request(new URL(PATH, baseUrl), {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-correlation-id': newId(),
          ...(await sign('migration', { method: 'POST', path: PATH })),
        },
        body: JSON.stringify(state),
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      });
      if (statusCode === 200) return routingTable.parse(await body.json()).routings;
      await body.dump();
      throw new Error(`migration answered with ${String(statusCode)}`);
    },
  };
};
