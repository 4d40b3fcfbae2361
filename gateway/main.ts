import { serve } from '@lego-moc/http/serve';
import { createLogger } from '@lego-moc/logger/logger';
import { compose, GATEWAY } from './composition-root.ts';
import { HEADER_BYTES_MAX, readConfig } from './config.ts';
import { recordTraffic } from './console/traffic-history.ts';
import { contextKeys } from './security/context-keys.ts';

/** 100 MiB over a slow line; clients that stop sending are cut off much sooner. */
const REQUEST_TIMEOUT_MS = 900_000;

const config = readConfig(process.env);
const logger = createLogger('gateway', config.logLevel);
const keys = await contextKeys({ ...config.contextKeys, logger });
const gateway = compose(config, keys);
const endRecord = recordTraffic(gateway.get(GATEWAY.trafficHistory), gateway.get(GATEWAY.serviceStates));

await serve(gateway.get(GATEWAY.handler), {
  port: config.port,
  host: config.host,
  logger,
  handlesExpect: true,
  drainMs: config.drainMs,
  finishMs: config.finishMs,
  requestTimeoutMs: REQUEST_TIMEOUT_MS,
  headerBytesMax: HEADER_BYTES_MAX,
  onStop: async () => {
    keys.stop();
    endRecord();
    gateway.get(GATEWAY.sides).stop();
    gateway.get(GATEWAY.redis)?.disconnect();
    await Promise.all(Object.values(gateway.get(GATEWAY.upstreams)).map((upstream) => upstream.close()));
    await gateway.get(GATEWAY.tracing).close();
  },
});
