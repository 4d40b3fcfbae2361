import { newId } from '@lego-moc/application/new-id';
import { runService } from '@lego-moc/service/run-service';
import { compose, FILES } from './composition-root.ts';
import { readConfig } from './config.ts';
import type { FileId } from './domain/file-events.ts';

/** 100 MiB over a slow line take minutes; who is silent meanwhile is cut off much earlier. */
const REQUEST_TIMEOUT_MS = 600_000;

const config = readConfig(process.env);
const service = compose(config);
const load = service.get(FILES.load);

await runService({
  port: config.port,
  logger: service.get(FILES.logger),
  requestTimeoutMs: REQUEST_TIMEOUT_MS,
  api: service.get(FILES.api),
  // Any answer about any file shows that the event store is there.
  prepare: async () => {
    await load(newId() as FileId);
  },
  work: () => {
    const publisher = service.get(FILES.publisher);
    const sweep = service.get(FILES.sweep);
    return async () => {
      await Promise.all([publisher.stop(), sweep.stop()]);
    };
  },
  close: () => service.get(FILES.eventStore).dispose(),
});
