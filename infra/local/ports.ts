import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { standardPorts, type Ports } from './registry.ts';

const HOST = '127.0.0.1';

const listen = async (port: number): Promise<Server> => {
  const server = createServer().listen(port, HOST);
  await once(server, 'listening');
  return server;
};

const close = async (server: Server): Promise<void> => {
  server.close();
  await once(server, 'close');
};

const isInUse = async (port: number): Promise<boolean> => {
  try {
    await close(await listen(port));
    return false;
  } catch {
    return true;
  }
};

/** The processes of an earlier launcher may still be finishing their last requests. */
const PATIENCE_MS = 3_000;

const inUseNow = async (ports: readonly number[]): Promise<readonly number[]> => {
  const states = await Promise.all(ports.map(isInUse));
  return ports.filter((_, index) => states[index]).toSorted((a, b) => a - b);
};

/** Those of `ports` that some other program holds, lowest first. */
export const portsInUse = async (ports: readonly number[], patienceMs = PATIENCE_MS): Promise<readonly number[]> => {
  const until = Date.now() + patienceMs;
  let busyPorts = await inUseNow(ports);
  while (busyPorts.length > 0 && Date.now() < until) {
    await sleep(200);
    busyPorts = await inUseNow(busyPorts);
  }
  return busyPorts;
};

/** A port for everyone that no other program uses at the moment: for tests, beside a platform that runs. */
export const freePorts = async (): Promise<Ports> => {
  const servers = await Promise.all([...standardPorts()].map(async ([name]) => [name, await listen(0)] as const));
  const ports = servers.map(([name, server]) => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('A listening socket has no port');
    return [name, address.port] as const;
  });
  await Promise.all(servers.map(([, server]) => close(server)));
  return new Map(ports);
};
