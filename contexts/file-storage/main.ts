import { serve } from '@lego-moc/http/serve';
import { compose, FILES } from './composition-root.ts';
import { readConfig } from './config.ts';

/** 100 MiB over a slow line take minutes; who is silent meanwhile is cut off much earlier. */
const REQUEST_TIMEOUT_MS = 600_000;

const config = readConfig(process.env);
const service = compose(config);
const publisher = service.get(FILES.publisher);
const sweep = service.get(FILES.sweep);

await serve(service.get(FILES.api), {
  port: config.port,
  logger: service.get(FILES.logger),
  requestTimeoutMs: REQUEST_TIMEOUT_MS,
  onStop: async () => {
    await sweep.stop();
    await publisher.stop();
    await service.get(FILES.eventStore).dispose();
  },
});
