/**
 * The floor under every service that keeps its events in EventStoreDB: Express, and one append a request by the public
 * client. It decides nothing, folds nothing, reads nothing back, and believes what it is told.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import express from 'express';
import { addItemRequest, updateItemRequest } from '../../contexts/wishlist/contracts/http-api.ts';

const client = EventStoreDBClient.connectionString(process.env['EVENTSTORE_URL'] ?? '');

const append = async ({ headers }: IncomingMessage, type: string, item: Readonly<Record<string, unknown>>) => {
  await client.appendToStream(`floor-${String(headers['x-user-id'])}`, jsonEvent({ type, data: { ...item } }));
  return item;
};

const app = express();
app.use(express.json());
app.get('/ready', (_request, response) => response.json({ status: 'ready' }));

app.post('/v1/wishlist', async (request, response) => {
  const itemId = randomUUID();
  const item = await append(request, 'ItemAdded', { itemId, ...addItemRequest.parse(request.body) });
  response.status(201).location(`/v1/wishlist/${itemId}`).json(item);
});

app.patch('/v1/wishlist/:itemId', async (request, response) => {
  const { itemId } = request.params;
  response.json(await append(request, 'ItemUpdated', { itemId, ...updateItemRequest.parse(request.body) }));
});

app.listen(Number(process.env['PORT']), '127.0.0.1');
process.once('disconnect', () => process.exit(0)).once('SIGTERM', () => process.exit(0));
