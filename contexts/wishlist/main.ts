import { deleteReplies, idempotencyMigration } from '@lego-moc/http/postgres-idempotency-store';
import { runService } from '@lego-moc/http/run-service';
import { migrate } from '@lego-moc/postgres/migrations';
import { streamDefinition } from '@lego-moc/read-models/definition';
import { postgresReadModels } from '@lego-moc/read-models/postgres/postgres-read-models';
import { wishlistCodec } from './adapters/event-store/wishlist-codec.ts';
import { wishlists } from './adapters/read-models/wishlists.ts';
import { sweepImages } from './application/image-sweep.ts';
import { reactions } from './background.ts';
import { compose, SERVICE, WISHLIST } from './composition-root.ts';
import { readConfig } from './config.ts';

const SWEEP_EVERY_MS = 10 * 60_000;

const config = readConfig(process.env);
const service = compose(config);
const logger = service.get(WISHLIST.logger);
const database = service.get(WISHLIST.database);
const streams = service.get(WISHLIST.streams);
const now = service.get(WISHLIST.clock);

await runService({
  port: config.port,
  logger,
  api: service.get(WISHLIST.api),
  prepare: async () => {
    await migrate(database, SERVICE, [idempotencyMigration]);
    await postgresReadModels(database).prepare(streamDefinition(wishlists, wishlistCodec));
  },
  check: () => database.one('SELECT 1 AS there'),
  work: () => {
    const client = service.get(WISHLIST.eventStore);
    const readModel = service.get(WISHLIST.readModel);
    const forgetting = {
      states: service.get(WISHLIST.states),
      images: service.get(WISHLIST.images),
      forgetReplies: deleteReplies(database),
    };
    const reacting = reactions({ client, streams, forgetting, now, logger });
    const sweep = sweepImages(service.get(WISHLIST.images), streams, now);
    const sweeping = setInterval(() => {
      sweep().catch((error: unknown) => logger.warn('Images not swept; they will be', { error }));
    }, SWEEP_EVERY_MS);
    return async () => {
      clearInterval(sweeping);
      await Promise.all([readModel, ...reacting].map((running) => running.stop()));
    };
  },
  close: async () => {
    await service.get(WISHLIST.eventStore).dispose();
    await database.close();
  },
});
