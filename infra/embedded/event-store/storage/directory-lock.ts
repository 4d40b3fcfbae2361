import { once } from 'node:events';
import { rmSync, statSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Claims a directory for one process, as two that write to the same files destroy them. Rejects when somebody has it.
 * The claim is a local socket named after the directory: only one process can listen on it, and it is free again
 * however that process ends. No file could promise the latter.
 */
export const lockDirectory = async (directory: string): Promise<() => Promise<void>> => {
  const name = socketName(directory);
  const server = (await listenAt(name)) ?? (isFile(name) ? await removeStaleSocket(name) : undefined);
  if (server === undefined) {
    throw new Error(`Another event store runs on ${directory}: two on the same data would destroy it`);
  }
  server.unref();
  return async () => {
    server.close();
    await once(server, 'close');
  };
};

/** By device and number: two paths may lead to one directory. */
const socketName = (directory: string): string => {
  const { dev, ino } = statSync(directory, { bigint: true });
  const name = `embedded-event-store-${dev.toString()}-${ino.toString()}`;
  switch (process.platform) {
    // A leading NUL names no file.
    case 'linux':
      return `\0${name}`;
    case 'win32':
      return `\\\\?\\pipe\\${name}`;
    default:
      return join(tmpdir(), `${name}.sock`);
  }
};

const isFile = (name: string): boolean => name.startsWith('/');

/** Undefined when the name is taken. */
const listenAt = async (name: string): Promise<Server | undefined> => {
  const server = createServer((visitor) => visitor.destroy());
  server.listen({ path: name, exclusive: true });
  try {
    await once(server, 'listening');
    return server;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return undefined;
    throw error;
  }
};

/** Where sockets are files, one whose process was killed stays behind, and nobody answers. */
const removeStaleSocket = async (name: string): Promise<Server | undefined> => {
  const visit = connect(name);
  try {
    await once(visit, 'connect');
    return undefined;
  } catch {
    rmSync(name, { force: true });
    return await listenAt(name);
  } finally {
    visit.destroy();
  }
};
