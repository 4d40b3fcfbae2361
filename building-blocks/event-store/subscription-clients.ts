import type { EventStoreDBClient } from '@eventstore/db-client';

/** A server carries 100 calls on a connection; a further call waits without an error. */
const MAX_CALLS_PER_CLIENT = 50;

/** How many streaming calls a client has open. */
export type OpenCalls = { readonly client: string; readonly calls: number };

type StreamingCall = { once(event: 'close', listener: () => void): unknown };

/** Counts the streams passed to `add` until each of them has closed. */
export const callCounter = () => {
  let calls = 0;
  return {
    calls: (): number => calls,
    add: <Call extends StreamingCall>(call: Call): Call => {
      calls += 1;
      call.once('close', () => (calls -= 1));
      return call;
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
