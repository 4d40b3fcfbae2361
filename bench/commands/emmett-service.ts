/** The wishlist's own decider on emmett and emmett-postgresql: what the same rules cost on a library off the shelf. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { CommandHandler } from '@event-driven-io/emmett';
import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql';
import express from 'express';
import { isRejection } from '@lego-moc/kernel/decider';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { addItemRequest, updateItemRequest } from '../../contexts/wishlist/contracts/http-api.ts';
import { wishlistDecider, type WishlistCommand } from '../../contexts/wishlist/domain/wishlist.ts';
import type { ItemId, WishlistEvent } from '../../contexts/wishlist/domain/wishlist-events.ts';

const store = getPostgreSQLEventStore(process.env['DATABASE_URL'] ?? '');
await store.schema.migrate();

const handle = CommandHandler({ evolve: wishlistDecider.evolve, initialState: () => wishlistDecider.initial });

const ownerIn = ({ headers }: IncomingMessage): UserId => String(headers['x-user-id']) as UserId;

const itemAfter = async (
  request: IncomingMessage,
  itemId: ItemId,
  command: WishlistCommand,
): Promise<object | undefined> => {
  const { newState } = await handle(store, `wishlist-${ownerIn(request)}`, (list): WishlistEvent[] => {
    const decision = wishlistDecider.decide(command, list);
    return isRejection(decision) ? [] : [...decision];
  });
  const place = newState.items.findIndex((item) => item.itemId === itemId);
  const item = newState.items[place];
  return item && { itemId, ...item.wish, addedAt: item.addedAt, sortOrder: place + 1 };
};

const app = express();
app.use(express.json());
app.get('/ready', (_request, response) => response.json({ status: 'ready' }));

app.post('/v1/wishlist', async (request, response) => {
  const wish = { ...addItemRequest.parse(request.body), image: null };
  const itemId = randomUUID() as ItemId;
  const at = new Date().toISOString() as Instant;
  const item = await itemAfter(request, itemId, {
    type: 'AddItem',
    data: { owner: ownerIn(request), itemId, wish, at },
  });
  response.status(201).location(`/v1/wishlist/${itemId}`).json(item);
});

app.patch('/v1/wishlist/:itemId', async (request, response) => {
  const itemId = request.params.itemId as ItemId;
  const changedFields = Object.entries(updateItemRequest.parse(request.body)).filter(
    ([, value]) => value !== undefined,
  );
  const item = await itemAfter(request, itemId, {
    type: 'UpdateItem',
    data: { itemId, change: Object.fromEntries(changedFields) },
  });
  if (item === undefined) response.status(404).json({ title: 'There is no such item' });
  else response.json(item);
});

app.listen(Number(process.env['PORT']), '127.0.0.1');
process.once('disconnect', () => process.exit(0)).once('SIGTERM', () => process.exit(0));
