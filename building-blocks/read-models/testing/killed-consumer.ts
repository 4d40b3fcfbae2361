import { connectEventStore } from '@lego-moc/event-store/connect';
import { subscribePersistently } from '@lego-moc/event-store/persistent-subscription';
import { silentLogger } from '@lego-moc/logger/logger';
import { openDatabase } from '@lego-moc/postgres/database';
import { streamDefinition } from '../definition.ts';
import { createFollower } from '../follow.ts';
import { postgresReadModels } from '../postgres/postgres-read-models.ts';
import { boxCodec, boxShelf } from './toy-box.ts';

/** A process to be killed: reports that the row is committed, and never acknowledges it. */
const { CATEGORY: category = '', EVENTSTORE_URL: eventStoreUrl = '', DATABASE_URL: databaseUrl = '' } = process.env;

const client = connectEventStore(eventStoreUrl);
const follow = createFollower(
  client,
  postgresReadModels(openDatabase(databaseUrl, { schema: 'toys' })),
  streamDefinition(boxShelf(category), boxCodec),
);

subscribePersistently(client, {
  group: `toys-${category}-box-shelf`,
  source: { streamPrefixes: [`${category}-`] },
  logger: silentLogger,
  handle: async (deliveredEvent) => {
    await follow([deliveredEvent]);
    process.send?.('committed');
    await new Promise(() => undefined);
  },
});
