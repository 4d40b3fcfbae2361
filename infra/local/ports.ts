import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import getPort from 'get-port';
import { standardPorts, type Ports } from './registry.ts';

const isInUse = async (port: number): Promise<boolean> => {
  try {
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
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

/**
 * Below the range of ports that a system gives to whoever names none (from 32,768 on Linux), so that nobody takes one
 * of them before its process starts.
 */
const candidatePorts = (): number[] => Array.from({ length: 20 }, () => randomInt(20_000, 32_000));

const freePort = (): Promise<number> => getPort({ port: candidatePorts() });

/** A port for every process that no other program uses at the moment: for tests, beside a platform that runs. */
export const freePorts = async (): Promise<Ports> =>
  new Map(await Promise.all([...standardPorts().keys()].map(async (name) => [name, await freePort()] as const)));
