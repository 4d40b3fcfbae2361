/** The floor under every service that keeps its events in EventStoreDB. */
import { EventStoreDBClient } from '@eventstore/db-client';
import { serveAppends } from './appends.ts';

serveAppends(EventStoreDBClient.connectionString(process.env['EVENTSTORE_URL'] ?? ''), 'floor');
