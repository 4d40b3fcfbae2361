import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Server } from '@grpc/grpc-js';
import { httpApi } from '../http/http-api.ts';
import { openEventLog } from '../storage/open-event-log.ts';
import { onePort, type Certificate } from './one-port.ts';
import { addServices } from './services.ts';

export type NodeOptions = {
  /** Directory of the data; without it, or with `mem`, everything is forgotten at the end. */
  readonly path?: string;
  readonly mem?: boolean;
  /** 0: any free port. */
  readonly port?: number;
  readonly host?: string;
  readonly certificate?: Certificate;
  /** Without it, an unencrypted node listens on loopback addresses only. */
  readonly allowInsecure?: boolean;
};

export type RunningNode = { readonly connectionString: string; readonly port: number; stop(): Promise<void> };

/** EventStoreDB's default port. */
const DEFAULT_PORT = 2113;
/** Client batches are up to 3 MiB by default and configurable; the limit is there to bound one message's memory. */
const MESSAGE_BYTES_MAX = 24 * 1024 * 1024;
/** Time for the last answers to reach the clients. */
const FAREWELL_MS = 50;

/** Starts an event-store node; rejects when the port is taken, the data cannot be opened or the options are unsafe. */
export const startNode = async (options: NodeOptions = {}): Promise<RunningNode> => {
  const { path, mem = path === undefined, host = '127.0.0.1', certificate } = options;
  if (certificate === undefined && options.allowInsecure !== true && !isLoopback(host)) {
    throw new Error(
      `Refusing to listen on ${host} without TLS: give a certificate or allow it explicitly (--insecure)`,
    );
  }
  const log = await openEventLog(path === undefined || mem ? { mem: true } : { path });
  const grpc = new Server({
    'grpc.max_receive_message_length': MESSAGE_BYTES_MAX,
    'grpc.max_send_message_length': -1,
  });
  const door = onePort(grpc, httpApi(log), certificate);
  let port = 0;
  const closeServices = addServices(grpc, log, { instanceId: randomUUID(), endpoint: () => ({ host, port }) });
  try {
    port = await door.listen(options.port ?? DEFAULT_PORT, host);
  } catch (error) {
    closeServices();
    await log.close();
    throw error;
  }
  return {
    port,
    connectionString: `esdb://${host.includes(':') ? `[${host}]` : host}:${port}?tls=${String(certificate !== undefined)}`,
    stop: async () => {
      closeServices();
      await sleep(FAREWELL_MS);
      door.close();
      await log.close();
    },
  };
};

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127\./.test(host);
