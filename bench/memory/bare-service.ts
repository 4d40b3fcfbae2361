/** The floor under every service: the event store client, pg and express with a connection each, and nothing of ours. */
import { EventStoreDBClient } from '@eventstore/db-client';
import express from 'express';
import { Pool } from 'pg';

const store = EventStoreDBClient.connectionString(process.env['EVENTSTORE_URL'] ?? '');
const pool = new Pool({ connectionString: process.env['DATABASE_URL'] });

await store.getStreamMetadata('bench');
const database = await pool.connect();
await database.query('SELECT 1');

express()
  .get('/ready', (_request, response) => void response.sendStatus(200))
  .listen(Number(process.env['PORT']), '127.0.0.1');
