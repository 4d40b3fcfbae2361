import { runService } from '@lego-moc/service/run-service';
import { integrationDefinition } from '@lego-moc/read-models/definition';
import { postgresReadModels } from '@lego-moc/read-models/postgres/postgres-read-models';
import { mocIndex } from './adapters/postgres/moc-index.ts';
import { compose, SEARCH } from './composition-root.ts';
import { readConfig } from './config.ts';

const config = readConfig(process.env);
const service = compose(config);
const database = service.get(SEARCH.database);

await runService({
  port: config.port,
  logger: service.get(SEARCH.logger),
  api: service.get(SEARCH.api),
  prepare: async () => {
    await postgresReadModels(database).prepare(integrationDefinition(mocIndex));
  },
  check: () => database.one('SELECT 1 AS there'),
  work: () => {
    const indexing = service.get(SEARCH.indexing);
    return () => indexing.stop();
  },
  close: async () => {
    await service.get(SEARCH.eventStore).dispose();
    await database.close();
  },
});
