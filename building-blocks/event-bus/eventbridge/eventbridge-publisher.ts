import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeEventBusCommand,
  EventBridgeClient,
  PutEventsCommand,
  ResourceNotFoundException,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import { retryDelayMs } from '@lego-moc/application/back-off';
import type { Logger } from '@lego-moc/logger/logger';
import { EventBusUnavailable, EventRefused, type BusState, type EventPublisher } from '../event-publisher.ts';
import type { BusEvent } from '../bus-event.ts';
import { entryOf, fitsIntoCall, toCalls } from './entries.ts';
import type { EventBridgeAddress } from './eventbridge-url.ts';

type PublisherOptions = {
  readonly address: EventBridgeAddress;
  readonly logger: Logger;
  readonly requestTimeoutMs?: number;
  /** Pauses before failed entries of a call are sent again. */
  readonly pausesMs?: readonly number[];
  /** How often a bus that is away is asked whether it is back. */
  readonly probeMs?: number;
};

const CONNECT_TIMEOUT_MS = 2_000;
const REQUEST_TIMEOUT_MS = 5_000;
const PAUSES_MS = [100, 200, 400, 800, 1_600];
const PROBE_MS = 5_000;

/** Codes of entries that may succeed when they are sent again; any other entry is refused for good. */
const RETRYABLE_CODES = new Set(['ThrottlingException', 'InternalFailure', 'InternalException', 'ServiceUnavailable']);

type FailedEntry = { readonly entry: PutEventsRequestEntry; readonly code: string; readonly message: string };

const connect = ({ region, endpoint }: EventBridgeAddress, requestTimeoutMs: number): EventBridgeClient =>
  new EventBridgeClient({
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
    },
  });

const eventIdOf = ({ Detail = '{}' }: PutEventsRequestEntry): string =>
  (JSON.parse(Detail) as { readonly eventId: string }).eventId;

const reasonOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);

/** Sends one call; returns the entries that were not accepted, in order. The client repeats calls that fail as a whole. */
const putOnce = async (
  client: EventBridgeClient,
  entries: readonly PutEventsRequestEntry[],
): Promise<readonly FailedEntry[]> => {
  const { Entries: results = [] } = await client.send(new PutEventsCommand({ Entries: [...entries] }));
  return entries.flatMap((entry, index) => {
    const { EventId, ErrorCode, ErrorMessage = '' } = results[index] ?? {};
    if (EventId !== undefined && ErrorCode === undefined) return [];
    return [{ entry, code: ErrorCode ?? 'InternalFailure', message: ErrorMessage }];
  });
};

/** Sends one call until all of its entries are accepted. Throws `EventRefused` and `EventBusUnavailable`. */
const putAll = async (
  client: EventBridgeClient,
  entries: readonly PutEventsRequestEntry[],
  pausesMs: readonly number[],
): Promise<void> => {
  let pending = entries;
  for (let attempt = 0; ; attempt += 1) {
    const failures = await putOnce(client, pending);
    const [first] = failures;
    if (first === undefined) return;
    const refusal = failures.find(({ code }) => !RETRYABLE_CODES.has(code));
    if (refusal !== undefined) throw new EventRefused(eventIdOf(refusal.entry), `${refusal.code}: ${refusal.message}`);
    const pauseMs = retryDelayMs(pausesMs, attempt);
    if (pauseMs === undefined) throw new EventBusUnavailable(`${failures.length} entries failed: ${first.code}`);
    await sleep(pauseMs);
    pending = failures.map(({ entry }) => entry);
  }
};

/** Asks a bus that is away whether it is back; returns how to stop. */
const watchBus = (client: EventBridgeClient, bus: string, probeMs: number, report: (state: BusState) => void) => {
  const probe = async (): Promise<void> => {
    try {
      await client.send(new DescribeEventBusCommand({ Name: bus }));
      report({ available: true });
    } catch (error) {
      // An account may publish without being allowed to describe: the bus has answered.
      const isAnswer = error instanceof Error && error.name === 'AccessDeniedException';
      if (isAnswer) report({ available: true });
      else if (error instanceof ResourceNotFoundException) report({ available: false, reason: 'there is no such bus' });
      else report({ available: false, reason: reasonOf(error) });
    }
  };
  return { probe, every: (isNeeded: () => boolean) => setInterval(() => isNeeded() && void probe(), probeMs).unref() };
};

/**
 * Publishes on a bus of EventBridge, in calls of 10 entries one after the other. Entries that fail within a call are sent
 * again, in order, before the next call.
 */
export const eventBridgePublisher = ({
  address,
  logger,
  requestTimeoutMs = REQUEST_TIMEOUT_MS,
  pausesMs = PAUSES_MS,
  probeMs = PROBE_MS,
}: PublisherOptions): EventPublisher => {
  const client = connect(address, requestTimeoutMs);
  let state: BusState = { available: false, reason: 'connecting' };
  const report = (next: BusState): void => {
    if (!next.available && state.available) logger.warn('The event bus is away', { reason: next.reason });
    if (next.available && !state.available) logger.info('The event bus is there');
    state = next;
  };
  const watch = watchBus(client, address.bus, probeMs, report);
  void watch.probe();
  const timer = watch.every(() => !state.available);

  const publish = async (events: readonly BusEvent[]): Promise<void> => {
    const entries = events.map((event) => entryOf(address.bus, event));
    const tooLarge = entries.find((entry) => !fitsIntoCall(entry));
    if (tooLarge !== undefined) throw new EventRefused(eventIdOf(tooLarge), 'It is larger than 256 KiB');
    try {
      for (const call of toCalls(entries)) await putAll(client, call, pausesMs);
      report({ available: true });
    } catch (error) {
      if (error instanceof EventRefused) throw error;
      const unavailable =
        error instanceof EventBusUnavailable ? error : new EventBusUnavailable(reasonOf(error), { cause: error });
      report({ available: false, reason: unavailable.message });
      throw unavailable;
    }
  };

  return {
    publish,
    state: () => state,
    close: () => {
      clearInterval(timer);
      client.destroy();
      return Promise.resolve();
    },
  };
};
