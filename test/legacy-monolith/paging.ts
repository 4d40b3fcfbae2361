import type { Request } from 'express';
import { Refusal } from './envelope.ts';
import type { Row, Table } from './table.ts';

const textOf = (request: Request, ...names: readonly string[]): string | undefined => {
  for (const name of names) {
    const value = request.query[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
};

/** What a list is searched for; three names are in use. */
export const searchTextOf = (request: Request): string | undefined => textOf(request, 'q', 'query', 'search');

export const queryOf = (request: Request, name: string): string | undefined => textOf(request, name);

const wholeNumber = (request: Request, name: string, fallback: number, max: number): number => {
  const text = textOf(request, name);
  if (text === undefined) return fallback;
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Refusal(400, `${name} is no positive number`);
  return Math.min(number, max);
};

const escapePattern = (text: string): string => text.replace(/[\\%_]/g, (character) => `\\${character}`);

export const pattern = (text: string): string => `%${escapePattern(text)}%`;

export type Page = {
  readonly items: readonly Row[];
  readonly page: number;
  readonly limit: number;
  readonly total: number;
  readonly totalPages: number;
};

/** A page of the rows that `where` names, in the order of `by`. */
export const pageOf = async (
  request: Request,
  table: Table,
  { where, values, by }: { readonly where: string; readonly values: readonly unknown[]; readonly by: string },
): Promise<Page> => {
  const page = wholeNumber(request, 'page', 1, 1_000_000);
  const limit = wholeNumber(request, 'limit', 20, 100);
  const total = await table.count(where, values);
  const places = [values.length + 1, values.length + 2].map((place) => `$${String(place)}`);
  const items = await table.select(`${where} ORDER BY ${by} LIMIT ${places[0]} OFFSET ${places[1]}`, [
    ...values,
    limit,
    (page - 1) * limit,
  ]);
  return { items, page, limit, total, totalPages: Math.ceil(total / limit) };
};

const ENTRIES_MAX = 10_000;

/** Lists of a user, kept for a while; a write of that user through the monolith forgets them, one by SQL does not. */
export const listCache = (ttlMs: number) => {
  const entries = new Map<string, { readonly until: number; readonly value: unknown }>();
  return {
    read: async <T>(userId: string, request: Request, load: () => Promise<T>): Promise<T> => {
      const key = `${userId} ${request.originalUrl}`;
      const entry = entries.get(key);
      if (entry !== undefined && entry.until > Date.now()) return entry.value as T;
      const value = await load();
      if (entries.size >= ENTRIES_MAX) entries.clear();
      if (ttlMs > 0) entries.set(key, { until: Date.now() + ttlMs, value });
      return value;
    },
    forget: (userId: string): void => {
      for (const key of entries.keys()) if (key.startsWith(`${userId} `)) entries.delete(key);
    },
  };
};

export type ListCache = ReturnType<typeof listCache>;
