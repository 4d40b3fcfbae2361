import { EventStoreDBClient } from '@eventstore/db-client';
import { withDefaultTimeouts, withOwnConnection } from './connection-string.ts';
import { passOverForgottenAppends } from './forgotten-appends.ts';
import { callCounter, subscriptionClients, type OpenCalls } from './subscription-clients.ts';
import { EventStoreDisposed, EventStoreUnavailable } from './unavailable.ts';

type Commands = Pick<
  EventStoreDBClient,
  | 'appendToStream'
  | 'readStream'
  | 'readAll'
  | 'deleteStream'
  | 'tombstoneStream'
  | 'setStreamMetadata'
  | 'getStreamMetadata'
  | 'createPersistentSubscriptionToStream'
  | 'createPersistentSubscriptionToAll'
  | 'updatePersistentSubscriptionToAll'
  | 'deletePersistentSubscriptionToStream'
  | 'deletePersistentSubscriptionToAll'
  | 'getPersistentSubscriptionToStreamInfo'
  | 'getPersistentSubscriptionToAllInfo'
  | 'replayParkedMessagesToStream'
  | 'replayParkedMessagesToAll'
>;

type Subscriptions = Pick<
  EventStoreDBClient,
  | 'subscribeToStream'
  | 'subscribeToAll'
  | 'subscribeToPersistentSubscriptionToStream'
  | 'subscribeToPersistentSubscriptionToAll'
>;

/** The calls of EventStoreDB's client that the platform uses. Commands and reads never wait behind subscriptions. */
export type EventStoreClient = Commands &
  Subscriptions & {
    /** Identifies the connection that commands go through at the moment. */
    readonly connection: () => object;
    /**
     * Connects commands anew, looking for the leader again, unless `connection` was replaced already. Reads under way
     * throw `EventStoreUnavailable`.
     */
    readonly replaceConnection: (connection: object) => void;
    /** The streaming calls open on each connection. */
    readonly openCalls: () => readonly OpenCalls[];
    /** Closes all connections. Reads under way throw `EventStoreDisposed`. */
    readonly dispose: () => Promise<void>;
  };

/* eslint-disable no-console -- the client warns there of any keep-alive under ten seconds, which is ours on purpose */
const connectQuietly = (url: string): EventStoreDBClient => {
  const { warn } = console;
  console.warn = () => undefined;
  try {
    return passOverForgottenAppends(EventStoreDBClient.connectionString(url));
  } finally {
    console.warn = warn;
  }
};
/* eslint-enable no-console */

const subscriptionCalls = ({ subscribe }: ReturnType<typeof subscriptionClients>): Subscriptions => ({
  subscribeToStream: (...args) => subscribe((client) => client.subscribeToStream(...args)),
  subscribeToAll: (...args) => subscribe((client) => client.subscribeToAll(...args)),
  subscribeToPersistentSubscriptionToStream: (...args) =>
    subscribe((client) => client.subscribeToPersistentSubscriptionToStream(...args)),
  subscribeToPersistentSubscriptionToAll: (...args) =>
    subscribe((client) => client.subscribeToPersistentSubscriptionToAll(...args)),
});

const commandCalls = (
  current: () => EventStoreDBClient,
  { add }: Pick<ReturnType<typeof callCounter>, 'add'>,
): Commands => ({
  appendToStream: (...args) => current().appendToStream(...args),
  readStream: (...args) => add(current().readStream(...args)),
  readAll: (...args) => add(current().readAll(...args)),
  deleteStream: (...args) => current().deleteStream(...args),
  tombstoneStream: (...args) => current().tombstoneStream(...args),
  setStreamMetadata: (...args) => current().setStreamMetadata(...args),
  getStreamMetadata: (...args) => current().getStreamMetadata(...args),
  createPersistentSubscriptionToStream: (...args) => current().createPersistentSubscriptionToStream(...args),
  createPersistentSubscriptionToAll: (...args) => current().createPersistentSubscriptionToAll(...args),
  updatePersistentSubscriptionToAll: (...args) => current().updatePersistentSubscriptionToAll(...args),
  deletePersistentSubscriptionToStream: (...args) => current().deletePersistentSubscriptionToStream(...args),
  deletePersistentSubscriptionToAll: (...args) => current().deletePersistentSubscriptionToAll(...args),
  getPersistentSubscriptionToStreamInfo: (...args) => current().getPersistentSubscriptionToStreamInfo(...args),
  getPersistentSubscriptionToAllInfo: (...args) => current().getPersistentSubscriptionToAllInfo(...args),
  replayParkedMessagesToStream: (...args) => current().replayParkedMessagesToStream(...args),
  replayParkedMessagesToAll: (...args) => current().replayParkedMessagesToAll(...args),
});

const DISTINCT_CONNECTIONS = 500;
let connections = 0;

/**
 * A client of the event store at `url` (`esdb://…` or `esdb+discover://…`). Connects with the first call and again
 * after an outage; subscriptions do not, which is why they go through `subscribePersistently` and `catchUp`.
 */
export const connectEventStore = (url: string): EventStoreClient => {
  const connect = (): EventStoreDBClient => {
    connections = (connections + 1) % DISTINCT_CONNECTIONS;
    return connectQuietly(withOwnConnection(withDefaultTimeouts(url), connections));
  };
  const subscriptions = subscriptionClients(connect);
  const counter = callCounter();
  let current = connect();

  return {
    ...commandCalls(() => current, counter),
    ...subscriptionCalls(subscriptions),
    connection: () => current,
    replaceConnection: (connection) => {
      if (connection !== current) return;
      const unanswering = current;
      current = connect();
      counter.failAll(new EventStoreUnavailable(new Error('The connection was replaced')));
      void unanswering.dispose();
    },
    openCalls: () => [{ client: 'commands', calls: counter.calls() }, ...subscriptions.openCalls()],
    dispose: async () => {
      counter.failAll(new EventStoreDisposed());
      await Promise.all([current.dispose(), subscriptions.dispose()]);
    },
  };
};
