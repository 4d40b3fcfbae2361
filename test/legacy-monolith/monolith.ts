import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import express, { type Express } from 'express';
import type { Database } from '@lego-moc/postgres/database';
import { readCaller, type VerifyToken } from './caller.ts';
import { Refusal, sendRefusal } from './envelope.ts';
import { galleryRoutes } from './gallery.ts';
import { mocRoutes } from './mocs.ts';
import { partsListRoutes } from './parts-lists.ts';
import { uploadsIn } from './uploads.ts';
import { userRoutes, type LegacyUser, type LegacyUsers } from './users.ts';
import { wishlistRoutes } from './wishlist.ts';

export type MonolithOptions = {
  readonly db: Database;
  readonly verifyToken: VerifyToken;
  readonly uploadsFolder: string;
  /** How long lists are cached: five minutes as deployed, 0 for not at all. */
  readonly cacheMs: number;
  readonly users?: LegacyUsers;
  readonly report: (error: unknown) => void;
};

export const CACHE_MS = 5 * 60_000;

/** Makes the monolith's tables, where they are not there yet. */
export const createTables = async (db: Database): Promise<void> => {
  await db.withoutTimeouts.none(await readFile(join(import.meta.dirname, 'schema.sql'), 'utf8'));
};

/** A stand-in for the monolith: its tables and its HTTP contract, with their quirks. */
export const createMonolith = (options: MonolithOptions): Express => {
  const { db, cacheMs, verifyToken, uploadsFolder, users = new Map<string, LegacyUser>(), report } = options;
  const uploads = uploadsIn(uploadsFolder);
  const area = { db, uploads, cacheMs };
  return express()
    .disable('x-powered-by')
    .get('/health', (_request, response) => void response.json({ status: 200, message: 'ok', data: null }))
    .use(express.json({ limit: '1mb' }))
    .use('/uploads', express.static(uploads.folder))
    .use(readCaller(verifyToken))
    .use('/api/wishlist', wishlistRoutes(area))
    .use('/api/mocs', mocRoutes(area))
    .use('/api/users', userRoutes(users, uploads))
    .use('/api', galleryRoutes(area), partsListRoutes(area))
    .use(() => {
      throw new Refusal(404, 'Route not found');
    })
    .use(sendRefusal(report));
};
