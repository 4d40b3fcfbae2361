import { turns } from '@lego-moc/application/turns';
import { handleWithRetries, HANDLING_POLICY } from '@lego-moc/event-store/handle-with-retries';
import type { IntegrationEvent } from '@lego-moc/event-store/integration-events';
import type { Logger } from '@lego-moc/logger/logger';
import type { Database } from '@lego-moc/postgres/database';
import { parseEnvelope } from './bus-event.ts';
import { applyOnce, type Effect } from './inbox.ts';
import type { BusMessage, BusTransport, MessageOutcome, QueueOptions, RunningQueue } from './transport.ts';

export type SubscribeOptions = {
  /** Names the subscriber and its queue. */
  readonly name: string;
  readonly patterns: QueueOptions['patterns'];
  /** Its schema has the table of `inboxMigration`. */
  readonly db: Database;
  readonly effect: Effect;
  readonly logger: Logger;
  /** Messages delivered and not handled yet. */
  readonly prefetch?: number;
  /** Pauses before the retries of an effect that failed. */
  readonly pausesMs?: readonly number[];
};

export type BusSubscription = RunningQueue & {
  /** Since the start of this process. */
  readonly counts: () => { readonly handled: number; readonly repeated: number; readonly deadLetters: number };
};

const PREFETCH = 32;

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const parse = (body: string): IntegrationEvent | { readonly deadLetter: string } => {
  try {
    return parseEnvelope(body);
  } catch (error) {
    return { deadLetter: `The message has no envelope: ${reasonOf(error)}`.slice(0, 1_000) };
  }
};

/**
 * Subscribes to events of the bus: each has its effect once, in the order of its stream, however often it is delivered.
 * An effect that throws is tried again three times, then the message goes to the dead letters with the reason and later
 * ones go on; an outage (of the database, for instance) is waited for.
 */
export const subscribe = (
  transport: BusTransport,
  { name, patterns, db, effect, logger, prefetch = PREFETCH, pausesMs = HANDLING_POLICY.pausesMs }: SubscribeOptions,
): BusSubscription => {
  const log = logger.child({ subscriber: name });
  const inTurn = turns();
  const counts = { handled: 0, repeated: 0, deadLetters: 0 };
  const policy = { ...HANDLING_POLICY, pausesMs, maxHoldMs: Number.POSITIVE_INFINITY };

  const apply = async (event: IntegrationEvent, { signal }: BusMessage): Promise<void> => {
    // Another consumer has it by now.
    if (signal.aborted) return;
    if (await applyOnce(db, name, event, effect)) counts.handled += 1;
    else counts.repeated += 1;
  };

  const handle = async (message: BusMessage): Promise<MessageOutcome> => {
    const event = parse(message.body);
    if ('deadLetter' in event) {
      counts.deadLetters += 1;
      log.error('Message moved to the dead letters', { reason: event.deadLetter });
      return event;
    }
    const outcome = await handleWithRetries(() => apply(event, message), policy, 0);
    if (outcome.action === 'ack') return 'done';
    counts.deadLetters += 1;
    const { eventId, eventType, correlationId } = event;
    log.error('Message moved to the dead letters', { eventId, eventType, correlationId, error: outcome.error });
    return { deadLetter: outcome.reason };
  };

  const queue = transport.consume({ queue: name, patterns, prefetch }, (message) =>
    inTurn(message.stream, () => handle(message)),
  );
  return { ...queue, counts: () => ({ ...counts }) };
};
