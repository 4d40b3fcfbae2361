import { randomUUID } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Server } from '@grpc/grpc-js';
import { httpApi } from '../http/http-api.ts';
import { subscriptionInfo } from '../persistent-subscriptions/responses.ts';
import { systemProjections } from '../projections/system-projections.ts';
import type { Passwords } from '../security/basic-authentication.ts';
import { aclAuthorizer, allowAll } from '../security/authorizer.ts';
import type { EventLog } from '../storage/event-log.ts';
import { openEventLog } from '../storage/open-event-log.ts';
import { coalesceResponses } from './coalesced-responses.ts';
import { nodeInfo, nodeStats } from './node-info.ts';
import { sharedPort, type Certificate } from './shared-port.ts';
import { addServices } from './services.ts';

export type NodeOptions = {
  /** Directory of the data; without it, or with `mem`, everything is forgotten at the end. */
  readonly path?: string;
  readonly mem?: boolean;
  /** 0: any free port. */
  readonly port?: number;
  readonly host?: string;
  readonly certificate?: Certificate;
  /** Turns on users and access lists; needs a certificate, as passwords do not travel in the clear. */
  readonly passwords?: Passwords;
  /** Without it, an unencrypted node listens on loopback addresses only. */
  readonly allowInsecure?: boolean;
  /** Keeps the system projections running, whether or not somebody enabled them. */
  readonly runProjections?: boolean;
  /** Data, metadata and types of one append together; EventStoreDB's default is 1 MiB. */
  readonly maxAppendBytes?: number;
};

export type RunningNode = { readonly connectionString: string; readonly port: number; stop(): Promise<void> };

/** EventStoreDB's default port. */
const DEFAULT_PORT = 2113;
/** Client batches are up to 3 MiB by default and configurable; the limit is there to bound one message's memory. */
const MESSAGE_BYTES_MAX = 24 * 1024 * 1024;
/** Time for the last answers to reach the clients. */
const RESPONSE_FLUSH_MS = 50;

/** Starts an event-store node; rejects when the port is taken, the data cannot be opened or the options are unsafe. */
export const startNode = async (options: NodeOptions = {}): Promise<RunningNode> => {
  const { host = '127.0.0.1', certificate } = options;
  rejectUnsafeOptions(options, host);
  const log = await openLog(options);
  let port = 0;
  const node = createServers(log, options, () => ({ host, port }));
  let listener: ReturnType<typeof sharedPort> | undefined;
  const stop = async (): Promise<void> => {
    await node.stop();
    await sleep(RESPONSE_FLUSH_MS);
    listener?.close();
    await log.close();
  };
  try {
    listener = sharedPort(node.grpc, node.http, certificate);
    port = await listener.listen(options.port ?? DEFAULT_PORT, host);
  } catch (error) {
    await stop();
    throw error;
  }
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return { port, connectionString: `esdb://${authority}?tls=${String(certificate !== undefined)}`, stop };
};

const rejectUnsafeOptions = ({ certificate, passwords, allowInsecure = false }: NodeOptions, host: string): void => {
  if (certificate !== undefined) return;
  if (passwords !== undefined) throw new Error('Users need TLS: without it their passwords would travel in the clear');
  if (allowInsecure || isLoopback(host)) return;
  throw new Error(`Refusing to listen on ${host} without TLS: give a certificate or allow it explicitly (--insecure)`);
};

/** A name may lead anywhere, whatever it begins with; that of the machine itself is trusted to lead home. */
const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));

const openLog = ({ path, mem = path === undefined, maxAppendBytes }: NodeOptions): Promise<EventLog> =>
  openEventLog({
    ...(path === undefined || mem ? { mem: true } : { path }),
    ...(maxAppendBytes === undefined ? {} : { maxAppendBytes }),
  });

const createServers = (log: EventLog, options: NodeOptions, endpoint: () => { host: string; port: number }) => {
  const { passwords, runProjections = false, certificate } = options;
  const grpc = new Server({
    'grpc.max_receive_message_length': MESSAGE_BYTES_MAX,
    'grpc.max_send_message_length': -1,
    // Book-keeping of every message for a service that is not offered.
    'grpc.enable_channelz': 0,
    interceptors: [coalesceResponses],
  });
  const authorizer = passwords === undefined ? allowAll : aclAuthorizer(log, passwords);
  const projections = systemProjections(log, { keepRunning: runProjections });
  const { groups, close } = addServices(grpc, log, authorizer, projections, { instanceId: randomUUID(), endpoint });
  let commits = 0;
  log.onCommit(() => (commits += 1));

  const http = httpApi({
    log,
    authorizer,
    info: () => nodeInfo({ isSecure: certificate !== undefined, linksEvents: runProjections }),
    stats: () => nodeStats(log, () => commits),
    subscriptions: (stream) =>
      (stream === undefined ? groups.all() : (groups.ofStream(stream) ?? [])).map((group) =>
        subscriptionInfo(group).toObject(),
      ),
    restartSubscriptions: () => groups.restart(),
  });
  const stop = async (): Promise<void> => {
    close();
    await projections.stop();
  };
  return { grpc, http, stop };
};
