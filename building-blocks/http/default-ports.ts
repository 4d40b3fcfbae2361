import { localUrlOf } from './service-contract.ts';

/**
 * The default ports on one machine of the gateway and of what is embedded. Those of contexts are in their
 * `contracts/routes.ts`. `test/default-ports.spec.ts` refuses a second place that states any of them.
 */
export const DEFAULT_PORTS = {
  gateway: 9000,
  identity: 9010,
  'event-store': 9020,
  postgres: 9030,
  'event-bus-relay': 9040,
} as const;

/** The gateway on one machine, unless a setting names another. */
export const LOCAL_GATEWAY_URL = localUrlOf({ port: DEFAULT_PORTS.gateway });

/** The development issuer on one machine, unless a setting names another. */
export const LOCAL_ISSUER_URL = localUrlOf({ port: DEFAULT_PORTS.identity });
