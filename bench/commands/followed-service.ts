/**
 * The floor under every such service that also keeps a read model and publishes: the public client delivers each event
 * to two groups. One group inserts it as it is, the other appends it to an integration stream; both in batches of the
 * size that the wishlist service uses.
 */
import {
  ANY,
  EventStoreDBClient,
  jsonEvent,
  persistentSubscriptionToAllSettingsFromDefaults,
  streamNameFilter,
  type AllStreamJSONRecordedEvent,
  type PersistentSubscriptionToAllResolvedEvent,
} from '@eventstore/db-client';
import { BATCH_LIMITS } from '@lego-moc/event-store/batching';
import { Pool } from 'pg';
import { serveAppends } from './appends.ts';

type Work = (events: readonly AllStreamJSONRecordedEvent[]) => Promise<unknown>;

const client = EventStoreDBClient.connectionString(process.env['EVENTSTORE_URL'] ?? '');
const pool = new Pool({ connectionString: process.env['DATABASE_URL'], max: 20 });
await pool.query(
  'CREATE TABLE IF NOT EXISTS event (stream text, revision bigint, data json, PRIMARY KEY (stream, revision))',
);

const CATEGORY = 'followed';

const follow = async (group: string, work: Work): Promise<void> => {
  const settings = { checkPointAfter: 1_000, checkPointLowerBound: 1, readBatchSize: 100 };
  await client.createPersistentSubscriptionToAll(group, persistentSubscriptionToAllSettingsFromDefaults(settings), {
    filter: streamNameFilter({ prefixes: [`${CATEGORY}-`] }),
  });
  const subscription = client.subscribeToPersistentSubscriptionToAll(group, { bufferSize: 64 });
  let waiting: PersistentSubscriptionToAllResolvedEvent[] = [];
  let soon: NodeJS.Timeout | undefined;
  const handle = async (): Promise<void> => {
    const batch = waiting;
    waiting = [];
    soon = undefined;
    await work(batch.flatMap(({ event }) => (event?.isJson === true ? [event] : [])));
    await subscription.ack(...batch);
  };
  subscription.on('data', (message) => {
    waiting.push(message);
    soon ??= setTimeout(() => void handle(), BATCH_LIMITS.intervalMs);
  });
};

await follow('followed-rows', (events) =>
  pool.query('INSERT INTO event SELECT * FROM unnest($1::text[], $2::bigint[], $3::json[]) ON CONFLICT DO NOTHING', [
    events.map(({ streamId }) => streamId),
    events.map(({ revision }) => String(revision)),
    events.map(({ data }) => JSON.stringify(data)),
  ]),
);
await follow('followed-publisher', (events) =>
  client.appendToStream(
    'integration-followed',
    events.map(({ data }) => jsonEvent({ type: 'told', data })),
    { expectedRevision: ANY },
  ),
);
serveAppends(client, CATEGORY);
