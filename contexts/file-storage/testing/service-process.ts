import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pollUntil } from '@lego-moc/application/poll-until';
import { ensureServiceKeys } from '@lego-moc/auth-middleware/service-keys';
import { signerFromFile } from '@lego-moc/auth-middleware/user-context';
import { silentLogger } from '@lego-moc/logger/logger';
import { serviceClient, type ServiceClient } from '@lego-moc/resilience/http-client';
import { fileStorageClient, type FileStorage } from '../contracts/client.ts';

export type Gate = {
  readonly url: string;
  readonly freeze: () => void;
  readonly close: () => void;
};

/** Stands between the service and the event store; frozen, it forwards nothing in either direction. */
export const gateTo = async (target: URL): Promise<Gate> => {
  const sockets = new Set<Socket>();
  let isFrozen = false;
  const server: Server = createServer((inbound) => {
    const outbound = connect(Number(target.port), target.hostname);
    for (const [from, to] of [[inbound, outbound] as const, [outbound, inbound] as const]) {
      sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('data', (bytes) => {
        if (!isFrozen) to.write(bytes);
      });
      from.on('close', () => to.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(target);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    freeze: () => void (isFrozen = true),
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
};

/** The names of all files below a folder; none where there is no such folder. */
export const fileNamesBelow = (folder: string): Promise<string[]> =>
  readdir(folder, { recursive: true, withFileTypes: true }).then(
    (dirents) => dirents.filter((entry) => entry.isFile()).map(({ name }) => name),
    () => [],
  );

export type RunningService = { readonly storage: FileStorage; readonly client: ServiceClient; readonly url: string };

/** The service as it is deployed, in a process that can be killed and started again on the same data directory. */
export const serviceProcess = async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'file-storage-process-'));
  await ensureServiceKeys(join(dataDir, 'keys'), ['file-storage', 'moc-management']);
  let running: ChildProcess | undefined;
  let client: ServiceClient | undefined;

  /** The process dies first: closing the client waits for the answers that it is owed. */
  const kill = async (): Promise<void> => {
    if (running?.exitCode === null && running.signalCode === null) {
      running.kill('SIGKILL');
      await once(running, 'exit');
    }
    await client?.close();
    client = undefined;
  };

  /** With a sweep at short intervals. */
  const environment = (eventStoreUrl: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
    PATH: process.env['PATH'],
    PORT: '0',
    EVENTSTORE_URL: eventStoreUrl,
    LEGO_MOC_DATA_DIR: dataDir,
    ORPHAN_AGE_MS: '1000',
    SWEEP_EVERY_MS: '200',
    ...env,
  });

  const start = async (eventStoreUrl: string, env: NodeJS.ProcessEnv = {}): Promise<RunningService> => {
    running = spawn(process.execPath, [join(import.meta.dirname, '../main.ts')], {
      env: environment(eventStoreUrl, env),
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    let baseUrl: string | undefined;
    createInterface(running.stdout!).on('line', (line) => {
      const { message, url } = JSON.parse(line) as { message: string; url?: string };
      if (message === 'Listening') baseUrl = url;
    });
    await pollUntil('the service listens', () => baseUrl !== undefined);
    client = serviceClient({
      service: 'file-storage',
      baseUrl: baseUrl!,
      sign: signerFromFile(join(dataDir, 'keys', 'moc-management.jwk.json'), 'moc-management'),
      logger: silentLogger,
    });
    return { storage: fileStorageClient(client.stream), client, url: baseUrl! };
  };

  return {
    dataDir,
    environment,
    start,
    kill,
    /** Kills it and removes its data. */
    remove: async (): Promise<void> => {
      await kill();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
};

export type ServiceProcess = Awaited<ReturnType<typeof serviceProcess>>;
