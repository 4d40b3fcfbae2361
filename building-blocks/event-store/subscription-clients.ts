import type { EventStoreDBClient } from '@eventstore/db-client';

/** A server carries 100 calls on a connection; a further call waits without an error. */
const MAX_CALLS_PER_CLIENT = 50;

/** How many streaming calls a client has open. */
export type OpenCalls = { readonly client: string; readonly calls: number };

type StreamingCall = {
  on(event: 'error', listener: () => void): unknown;
  once(event: 'close', listener: () => void): unknown;
  destroy(error: Error): unknown;
};

/** Knows the streams passed to `add` until each of them has closed. */
export const callCounter = () => {
  const open = new Set<StreamingCall>();
  return {
    calls: (): number => open.size,
    add: <Call extends StreamingCall>(call: Call): Call => {
      open.add(call);
      call.once('close', () => open.delete(call));
      return call;
    },
    /** Has all of them fail. When its connection is disposed, a stream would end as if it were complete. */
    failAll: (error: Error): void => {
      for (const call of open) {
        call.on('error', () => undefined); // whoever reads hears of it; one that nobody reads any more concerns nobody
        call.destroy(error);
      }
    },
  };
};

/** Clients for subscriptions only; another one is connected whenever all have their share of open calls. */
export const subscriptionClients = (connect: () => EventStoreDBClient, maxCalls = MAX_CALLS_PER_CLIENT) => {
  const entries: { readonly client: EventStoreDBClient; readonly counter: ReturnType<typeof callCounter> }[] = [];

  const addEntry = () => {
    const entry = { client: connect(), counter: callCounter() };
    entries.push(entry);
    return entry;
  };

  return {
    subscribe: <Call extends StreamingCall>(open: (client: EventStoreDBClient) => Call): Call => {
      const { client, counter } = entries.find((entry) => entry.counter.calls() < maxCalls) ?? addEntry();
      return counter.add(open(client));
    },
    openCalls: (): readonly OpenCalls[] =>
      entries.map(({ counter }, index) => ({ client: `subscriptions-${String(index + 1)}`, calls: counter.calls() })),
    dispose: async (): Promise<void> => {
      await Promise.all(entries.map(({ client }) => client.dispose()));
    },
  };
};
