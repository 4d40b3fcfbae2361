import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { standardPorts, type Ports } from './registry.ts';

const HOST = '127.0.0.1';

const listening = async (port: number): Promise<Server> => {
  const server = createServer().listen(port, HOST);
  await once(server, 'listening');
  return server;
};

const closed = async (server: Server): Promise<void> => {
  server.close();
  await once(server, 'close');
};

const isTaken = async (port: number): Promise<boolean> => {
  try {
    await closed(await listening(port));
    return false;
  } catch {
    return true;
  }
};

/** What an earlier launcher left may still be finishing its last requests. */
const PATIENCE_MS = 3_000;

const takenNow = async (ports: readonly number[]): Promise<readonly number[]> => {
  const taken = await Promise.all(ports.map(isTaken));
  return ports.filter((_, index) => taken[index]).toSorted((a, b) => a - b);
};

/** Those of `ports` that some other program holds, lowest first. */
export const takenPorts = async (ports: readonly number[], patienceMs = PATIENCE_MS): Promise<readonly number[]> => {
  const until = Date.now() + patienceMs;
  let taken = await takenNow(ports);
  while (taken.length > 0 && Date.now() < until) {
    await sleep(200);
    taken = await takenNow(taken);
  }
  return taken;
};

/** A port for everyone that nobody else uses just now: for tests, beside a platform that runs. */
export const freePorts = async (): Promise<Ports> => {
  const servers = await Promise.all([...standardPorts()].map(async ([name]) => [name, await listening(0)] as const));
  const ports = servers.map(([name, server]) => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('A listening socket has no port');
    return [name, address.port] as const;
  });
  await Promise.all(servers.map(([, server]) => closed(server)));
  return new Map(ports);
};
