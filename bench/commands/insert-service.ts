/**
 * The usual CRUD service: Express, one table, an INSERT or an UPDATE per request, the user taken from a plain header.
 * It keeps no history, publishes nothing and authenticates nobody.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import express from 'express';
import { Pool } from 'pg';
import { addItemRequest, updateItemRequest } from '../../contexts/wishlist/contracts/http-api.ts';

const pool = new Pool({ connectionString: process.env['DATABASE_URL'], max: 20 });
await pool.query(`
  CREATE TABLE IF NOT EXISTS item (
    item_id uuid PRIMARY KEY, owner text NOT NULL, title text NOT NULL, description text NOT NULL,
    product_link text NOT NULL, category text NOT NULL, priority text NOT NULL, price jsonb,
    added_at timestamptz NOT NULL DEFAULT now());
  CREATE INDEX IF NOT EXISTS item_owner ON item (owner, added_at)`);

const INSERT = `
  INSERT INTO item (item_id, owner, title, description, product_link, category, priority, price)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING *`;
const UPDATE = `
  UPDATE item SET title = coalesce($3, title), description = coalesce($4, description),
    product_link = coalesce($5, product_link), category = coalesce($6, category), priority = coalesce($7, priority)
  WHERE item_id = $1 AND owner = $2 RETURNING *`;

const ownerIn = ({ headers }: IncomingMessage): string => String(headers['x-user-id']);

const app = express();
app.use(express.json());
app.get('/ready', (_request, response) => response.json({ status: 'ready' }));

app.post('/v1/wishlist', async (request, response) => {
  const { title, description, productLink, category, priority, price } = addItemRequest.parse(request.body);
  const itemId = randomUUID();
  const values = [itemId, ownerIn(request), title, description, productLink, category, priority, price];
  const { rows } = await pool.query<object>(INSERT, values);
  response
    .status(201)
    .location(`/v1/wishlist/${itemId}`)
    .json({ itemId, ...rows[0] });
});

app.patch('/v1/wishlist/:itemId', async (request, response) => {
  const { title, description, productLink, category, priority } = updateItemRequest.parse(request.body);
  const { itemId } = request.params;
  const values = [itemId, ownerIn(request), title, description, productLink, category, priority];
  const { rows } = await pool.query<object>(UPDATE, values);
  if (rows.length === 0) response.status(404).json({ title: 'There is no such item' });
  else response.json({ itemId, ...rows[0] });
});

app.listen(Number(process.env['PORT']), '127.0.0.1');
process.once('disconnect', () => process.exit(0)).once('SIGTERM', () => process.exit(0));
