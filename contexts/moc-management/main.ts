import { runService } from '@lego-moc/service/run-service';
import { streamDefinition } from '@lego-moc/read-models/definition';
import { postgresReadModels } from '@lego-moc/read-models/postgres/postgres-read-models';
import { mocCodec } from './adapters/event-store/moc-codec.ts';
import { mocCatalogue } from './adapters/read-models/moc-catalogue.ts';
import { mocsOfOwner } from './adapters/read-models/mocs-of-owner.ts';
import { reactions } from './background.ts';
import { compose, MOC } from './composition-root.ts';
import { readConfig } from './config.ts';

/** 100 MiB over a slow line take minutes; who is silent meanwhile is cut off much earlier. */
const REQUEST_TIMEOUT_MS = 600_000;

const config = readConfig(process.env);
const service = compose(config);
const logger = service.get(MOC.logger);
const database = service.get(MOC.database);

await runService({
  port: config.port,
  logger,
  requestTimeoutMs: REQUEST_TIMEOUT_MS,
  api: service.get(MOC.api),
  prepare: async () => {
    await postgresReadModels(database).prepare(streamDefinition(mocCatalogue, mocCodec));
  },
  check: () => database.one('SELECT 1 AS there'),
  work: () => {
    const catalogue = service.get(MOC.catalogue);
    const watch = service.get(MOC.uploadWatch);
    const reacting = reactions({
      client: service.get(MOC.eventStore),
      mocStreams: service.get(MOC.mocStreams),
      mocs: service.get(MOC.mocs),
      titles: service.get(MOC.titles),
      owners: service.get(MOC.owners),
      files: service.get(MOC.files),
      mocsOf: mocsOfOwner(database),
      now: service.get(MOC.clock),
      logger,
    });
    return async () => {
      await Promise.all([catalogue, watch, ...reacting].map((running) => running.stop()));
    };
  },
  close: async () => {
    await service.get(MOC.fileStorage).close();
    await service.get(MOC.fileProcessing).close();
    await database.close();
    await service.get(MOC.eventStore).dispose();
  },
});
