import { randomUUID } from 'node:crypto';
import { jsonEvent, type EventStoreDBClient } from '@eventstore/db-client';
import express, { type Request } from 'express';
import { addItemRequest, updateItemRequest } from '../../contexts/wishlist/contracts/http-api.ts';

/**
 * Express, and one append per request by the public client, to a stream named `<category>-<user>`: no decider, no
 * folding, no read, no authentication.
 */
export const serveAppends = (client: EventStoreDBClient, category: string): void => {
  const append = async ({ headers }: Request, type: string, item: Readonly<Record<string, unknown>>) => {
    await client.appendToStream(`${category}-${String(headers['x-user-id'])}`, jsonEvent({ type, data: { ...item } }));
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
};
