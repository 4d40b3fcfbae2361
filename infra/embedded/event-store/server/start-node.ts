import { randomUUID } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Server } from '@grpc/grpc-js';
import { requestListener } from '../http/http-api.ts';
import { subscriptionInfo } from '../persistent-subscriptions/responses.ts';
import { systemProjections } from '../projections/system-projections.ts';
import type { Passwords } from '../security/basic-authentication.ts';
import { aclAuthorizer, allowAll } from '../security/authorizer.ts';
import { usersIn } from '../security/users.ts';
import type { EventLog } from '../storage/event-log.ts';
import { openEventLog } from '../storage/open-event-log.ts';
import { coalesceResponses } from './coalesced-responses.ts';
import { advertisedEndpoint, gossipJson, type AdvertisedEndpoint } from './gossip-service.ts';
import { nodeInfo, nodeMetrics, nodeStats, type Counters } from './node-info.ts';
import { openCalls } from './open-calls.ts';
import { sharedPort, type Certificate } from './shared-port.ts';
import { writeSystemEvents } from './system-events.ts';
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
  /** Data of one append; EventStoreDB's default is 1 MiB. */
  readonly maxAppendBytes?: number;
  /** After how long an append is answered that was dropped beside its identical twin: 2,000 by default. */
  readonly commitTimeoutMs?: number;
  /** A page for operators, to which `/` and `/web` of the node lead. */
  readonly webInterface?: string;
};

type TwinCounter = { dropped: number };

export type RunningNode = { readonly connectionString: string; readonly port: number; stop(): Promise<void> };

/** EventStoreDB's default port. */
const DEFAULT_PORT = 2113;
/** Client batches are up to 3 MiB by default and configurable; the limit is there to bound one message's memory. */
const MESSAGE_BYTES_MAX = 24 * 1024 * 1024;
/** Above the number of calls that are served at a time: bounds those that wait. */
const STREAMS_PER_CONNECTION_MAX = 1_000;
/** Time for the last answers to reach the clients, and then for the end of their calls. */
const RESPONSE_FLUSH_MS = 50;
const STATUS_FLUSH_MS = 20;

/** Starts an event-store node; rejects when the port is taken, the data cannot be opened or the options are unsafe. */
export const startNode = async (options: NodeOptions = {}): Promise<RunningNode> => {
  const { host = '127.0.0.1', certificate } = options;
  rejectUnsafeOptions(options, host);
  const twins: TwinCounter = { dropped: 0 };
  const log = await openLog(options, twins);
  await writeSystemEvents(log);
  let port = 0;
  const node = createServers(log, options, () => ({ host, port }), twins);
  let listener: ReturnType<typeof sharedPort> | undefined;
  const stop = async (): Promise<void> => {
    await node.stop();
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

const openLog = (options: NodeOptions, twins: TwinCounter): Promise<EventLog> => {
  const { path, mem = path === undefined, maxAppendBytes, commitTimeoutMs } = options;
  return openEventLog({
    ...(path === undefined || mem ? { mem: true } : { path }),
    ...(maxAppendBytes === undefined ? {} : { maxAppendBytes }),
    ...(commitTimeoutMs === undefined ? {} : { commitTimeoutMs }),
    onDroppedTwin: () => (twins.dropped += 1),
  });
};

const createServers = (log: EventLog, options: NodeOptions, endpoint: () => AdvertisedEndpoint, twins: TwinCounter) => {
  const { passwords, runProjections = false, certificate } = options;
  const calls = openCalls();
  const grpc = new Server({
    'grpc.max_receive_message_length': MESSAGE_BYTES_MAX,
    'grpc.max_send_message_length': -1,
    'grpc.max_concurrent_streams': STREAMS_PER_CONNECTION_MAX,
    // Channelz keeps statistics of every message for a service that is not offered.
    'grpc.enable_channelz': 0,
    interceptors: [calls.interceptor, coalesceResponses],
  });
  const instanceId = randomUUID();
  const authorizer = passwords === undefined ? allowAll : aclAuthorizer(log, passwords);
  const projections = systemProjections(log, { keepRunning: runProjections });
  const { groups, close } = addServices(grpc, log, authorizer, projections, { instanceId, endpoint });
  let commits = 0;
  log.onCommit(() => (commits += 1));
  const counters = (): Counters => ({ commits, droppedTwins: twins.dropped, openCalls: calls.count() });

  const http = requestListener({
    log,
    authorizer,
    users: usersIn(log),
    info: () => nodeInfo({ isSecure: certificate !== undefined, linksEvents: runProjections }),
    stats: () => nodeStats(log, counters()),
    metrics: () => nodeMetrics(log, counters()),
    gossip: (authority) => gossipJson(instanceId, advertisedEndpoint(authority, endpoint()), log.lastPosition()),
    subscriptions: (stream) =>
      (stream === undefined ? groups.all() : (groups.ofStream(stream) ?? [])).map((group) =>
        subscriptionInfo(group).toObject(),
      ),
    restartSubscriptions: () => groups.restart(),
    webInterface: options.webInterface,
  });
  const stop = async (): Promise<void> => {
    close();
    await projections.stop();
    await sleep(RESPONSE_FLUSH_MS);
    calls.endAll('The server is shutting down');
    await sleep(STATUS_FLUSH_MS);
  };
  return { grpc, http, stop };
};
