import { setTimeout as sleep } from 'node:timers/promises';
import { issueToken } from '@lego-moc/embedded-identity/issue-token';
import { legacyClient, writeWishes, type WriterReport } from '../writers.ts';

const WRITE_EVERY_MS = 250;
const READ_EVERY_MS = 250;

export type LoadResult = {
  readonly writes: number;
  /** Writes that a user was asked to send again. */
  readonly refusals: number;
  readonly longestMs: number;
  /** Wishes that were acknowledged and that their user does not see now, as they were acknowledged. */
  readonly lost: readonly string[];
};

type Client = ReturnType<typeof legacyClient>;

const readOnAndOn = async (client: Client, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    await client.send('GET', '/api/wishlist').catch(() => undefined);
    await sleep(READ_EVERY_MS);
  }
};

const lostWishes = async (client: Client, { wishes }: WriterReport): Promise<readonly string[]> => {
  const titles = new Map((await client.list()).map(({ id, title }) => [id, title]));
  return [...wishes].filter(([id, title]) => titles.get(id) !== title).map(([, title]) => title);
};

type LoadOptions = {
  readonly url: string;
  readonly dataDir: string;
  readonly writers: readonly string[];
  /** They read what was there: of a list that changes four times a second, no two reads are alike. */
  readonly readers: readonly string[];
};

/** Users who write their wishlists in the monolith's contract, and others who read theirs, until the load is stopped. */
export const startLoad = async ({ url, dataDir, ...names }: LoadOptions) => {
  const stopping = new AbortController();
  const { signal } = stopping;
  const clientsOf = (users: readonly string[]) =>
    Promise.all(users.map(async (name) => ({ name, client: legacyClient(url, await issueToken(dataDir, { name })) })));
  const users = await clientsOf(names.writers);
  const visitors = await clientsOf(names.readers);
  const writers = Promise.all(
    users.map(({ name, client }) => writeWishes(client, name, { signal, pauseMs: WRITE_EVERY_MS })),
  );
  const readers = Promise.all(visitors.map(({ client }) => readOnAndOn(client, signal)));
  // Awaited at the end; a failure before must not be unhandled until then.
  writers.catch(() => undefined);

  return {
    /** Resolves once the last write was acknowledged. */
    stop: async (): Promise<readonly WriterReport[]> => {
      stopping.abort();
      await readers;
      return writers;
    },
    check: async (reports: readonly WriterReport[]): Promise<LoadResult> => {
      const losses = await Promise.all(
        users.map(({ client }, place) => lostWishes(client, reports[place] as WriterReport)),
      );
      await Promise.all([...users, ...visitors].map(({ client }) => client.close()));
      const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
      return {
        writes: sum(reports.map(({ writes }) => writes)),
        refusals: sum(reports.flatMap(({ refusals }) => Object.values(refusals))),
        longestMs: Math.max(...reports.map(({ longestMs }) => longestMs)),
        lost: losses.flat(),
      };
    },
  };
};
