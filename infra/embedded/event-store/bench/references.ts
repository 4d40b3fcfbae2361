import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { EventStoreDBClient } from '@eventstore/db-client';
import { open } from 'lmdb';
import { within } from '../contract/waiting.ts';
import { inFlight, type Sample } from './sampling.ts';
import { openSyncLog } from './sync-log.ts';
import { EVENT_BYTES } from './workloads.ts';

const SERVER = fileURLToPath(new URL('./reference-server.ts', import.meta.url));

const startServer = async (...args: string[]): Promise<{ child: ChildProcess; client: EventStoreDBClient }> => {
  const child = spawn(process.execPath, [SERVER, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await within(once(createInterface(child.stdout), 'line'), 'reference server')) as [string];
  return { child, client: EventStoreDBClient.connectionString(line.replace(/^Ready: /, '')) };
};

/** The references for the node, all of them measured in the same run. */
export type References = {
  /** The protocol answered from thin air. */
  readonly echo: EventStoreDBClient;
  /** The protocol in front of a file that is flushed once a group. */
  readonly durableEcho: EventStoreDBClient;
  /** Without any protocol: LMDB, and a file. */
  readonly lmdbPuts: (total: number, width: number) => Promise<Sample>;
  readonly logAppends: (total: number, width: number) => Promise<Sample>;
  readonly stop: () => Promise<void>;
};

export const startReferences = async (): Promise<References> => {
  const directory = mkdtempSync(join(tmpdir(), 'event-store-bench-'));
  const echo = await startServer();
  const durableEcho = await startServer('--log', join(directory, 'behind-echo.log'));
  const lmdb = open({ path: join(directory, 'lmdb'), overlappingSync: false, encoding: 'binary' });
  const log = await openSyncLog(join(directory, 'bare.log'));
  const payload = Buffer.alloc(EVENT_BYTES, 'x');
  let key = 0;

  return {
    echo: echo.client,
    durableEcho: durableEcho.client,
    lmdbPuts: (total, width) => inFlight(total, width, () => lmdb.put((key += 1), payload)),
    logAppends: (total, width) => inFlight(total, width, () => log.append(payload)),
    stop: async () => {
      for (const { child, client } of [echo, durableEcho]) {
        await client.dispose();
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
      await log.close();
      await lmdb.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
};
