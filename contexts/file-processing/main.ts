import { runService } from '@lego-moc/service/run-service';
import { migrate } from '@lego-moc/postgres/migrations';
import { migrations } from './adapters/postgres/migrations.ts';
import { postgresCatalogueStore } from './adapters/postgres/postgres-catalogue-store.ts';
import { starterCatalogue } from './adapters/starter-catalogue/starter-catalogue.ts';
import { ensureCatalogue } from './application/ensure-catalogue.ts';
import { compose, FILE_PROCESSING, SCHEMA } from './composition-root.ts';
import { readConfig } from './config.ts';

const config = readConfig(process.env);
const service = compose(config);
const database = service.get(FILE_PROCESSING.database);

await runService({
  port: config.port,
  logger: service.get(FILE_PROCESSING.logger),
  api: (ready) =>
    service.get(FILE_PROCESSING.api)(() => {
      const readiness = ready();
      if (!readiness.ready || service.get(FILE_PROCESSING.worker).status().state === 'live') return readiness;
      return { ready: false, reason: 'The event store is not reachable yet.' };
    }),
  prepare: async () => {
    await migrate(database, SCHEMA, migrations);
    await ensureCatalogue(starterCatalogue, postgresCatalogueStore(database));
  },
  check: () => database.one('SELECT 1 AS there'),
  work: () => {
    const subscriptions = [service.get(FILE_PROCESSING.worker), service.get(FILE_PROCESSING.publisher)];
    return async () => {
      await Promise.all(subscriptions.map((subscription) => subscription.stop()));
    };
  },
  close: async () => {
    await service.get(FILE_PROCESSING.storage).close();
    await service.get(FILE_PROCESSING.eventStore).dispose();
    await database.close();
  },
});
