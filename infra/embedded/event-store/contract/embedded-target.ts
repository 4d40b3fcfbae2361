import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import getPort from 'get-port';
import { startNodeProcess, type NodeProcess } from './node-process.ts';
import type { Target } from './target.ts';

/** The embedded node on a directory of its own, which is removed at the end. */
export const embeddedTarget = (...options: readonly string[]): Target => {
  let directory = '';
  let port = 0;
  let node: NodeProcess | undefined;
  const run = async () => {
    node = await startNodeProcess({ args: ['--db', directory, '--port', String(port), ...options] });
    return node.connectionString;
  };

  return {
    isEmbedded: true,
    start: async () => {
      directory = await mkdtemp(join(tmpdir(), 'event-store-contract-'));
      port = await getPort();
      return run();
    },
    restart: async () => {
      await node?.end('SIGKILL');
      await run();
    },
    stop: async () => {
      await node?.end('SIGTERM');
      await rm(directory, { recursive: true, force: true });
    },
  };
};

/** A server that others run: it can be reached, and nothing more. */
export const urlTarget = (url: string): Target => ({
  isEmbedded: false,
  start: () => Promise.resolve(url),
  restart: undefined,
  stop: () => Promise.resolve(),
});
