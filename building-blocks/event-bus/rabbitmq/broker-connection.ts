import { connect, type ChannelModel } from 'amqplib';
import { supervise } from '@lego-moc/event-store/supervise';
import type { Logger } from '@lego-moc/logger/logger';
import { EventBusUnavailable, type BusState } from '../event-publisher.ts';

/** A connection that is made again whenever it breaks, with what is open on it. */
export type BrokerConnection<Session> = {
  /** Throws `EventBusUnavailable` while the broker is away. */
  readonly session: () => Session;
  readonly state: () => BusState;
  /** Breaks the connection, so that a new one is made. */
  readonly reset: (reason: string) => void;
  readonly close: () => Promise<void>;
};

type Options<Session> = {
  readonly url: string;
  /** Opens channels on a new connection; a channel must pass its end to `fail`. */
  readonly open: (connection: ChannelModel, fail: (error: Error) => void) => Promise<Session>;
  readonly logger: Logger;
};

const CONNECT_TIMEOUT_MS = 5_000;
/** A broker that sends nothing for two of these is gone. */
const HEARTBEAT_SECONDS = '5';

const withHeartbeat = (url: string): string => {
  const address = new URL(url);
  if (!address.searchParams.has('heartbeat')) address.searchParams.set('heartbeat', HEARTBEAT_SECONDS);
  return address.href;
};

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Closing waits for the broker's answer, which a broken connection never brings. */
const closeWithin = async (connection: ChannelModel, ms: number): Promise<void> => {
  const closing = connection.close().catch(() => undefined);
  await Promise.race([closing, new Promise((resolve) => setTimeout(resolve, ms).unref())]);
};

const CLOSE_WITHIN_MS = 1_000;

/** Stays connected to a broker until it is closed: attempts with growing pauses, a new session for each connection. */
export const keepConnected = <Session>({ url, open, logger }: Options<Session>): BrokerConnection<Session> => {
  const address = withHeartbeat(url);
  const stopController = new AbortController();
  const { signal } = stopController;
  let current: Session | undefined;
  let state: BusState = { available: false, reason: 'connecting' };
  let breakConnection: (error: Error) => void = () => undefined;

  const attempt = async (reportAlive: () => void): Promise<void> => {
    const connection = await connect(address, { timeout: CONNECT_TIMEOUT_MS });
    const end = new Promise<never>((_resolve, reject) => {
      breakConnection = reject;
      signal.addEventListener('abort', () => reject(new Error('closed')), { once: true });
      connection
        .on('error', reject)
        .on('close', (error) => reject(error ?? new Error('The broker closed the connection')));
    });
    end.catch(() => undefined); // reported where it is awaited
    connection.on('blocked', (reason) => (state = { available: false, reason: `the broker is blocked: ${reason}` }));
    connection.on('unblocked', () => (state = { available: true }));
    try {
      current = await Promise.race([open(connection, breakConnection), end]);
      state = { available: true };
      logger.info('Connected to the event bus');
      reportAlive();
      await end;
    } finally {
      current = undefined;
      await closeWithin(connection, CLOSE_WITHIN_MS);
    }
  };

  const attempts = supervise(attempt, signal, ({ reason, delayMs }) => {
    state = { available: false, reason };
    logger.warn('The event bus is away, connecting again', { reason, delayMs });
  });

  return {
    session: () => {
      if (current !== undefined) return current;
      throw new EventBusUnavailable(state.available ? 'connecting' : state.reason);
    },
    state: () => (current === undefined && state.available ? { available: false, reason: 'connecting' } : state),
    reset: (reason) => breakConnection(new Error(reason)),
    close: async () => {
      stopController.abort();
      await attempts;
      state = { available: false, reason: 'closed' };
    },
  };
};

/** The message of an error, for the state of a bus. */
export const failureReason = reasonOf;
