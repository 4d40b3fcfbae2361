import { EventStoreDBClient } from '@eventstore/db-client';

export type EventStoreClient = EventStoreDBClient;

/**
 * A client of the event store at `url` (`esdb://…` or `esdb+discover://…`). Connects with the first call and again
 * after an outage; subscriptions do not, which is why they go through `subscribePersistently` and `catchUp`.
 */
export const connectEventStore = (url: string): EventStoreClient => EventStoreDBClient.connectionString(url);
