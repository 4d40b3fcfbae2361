import { BACKWARDS, END, jsonEvent, StreamNotFoundError, type RecordedEvent } from '@eventstore/db-client';
import type { Cause } from '@lego-moc/application/event-streams';
import { derivedId } from '@lego-moc/kernel/ids';
import { z } from 'zod';
import { appendEvents } from './append-events.ts';
import type { EventStoreClient } from './connect.ts';
import { parseCause, toMetadata } from './delivered-event.ts';
import { retryUnavailable } from './retry.ts';

/** One stream for all services: operators ask what was done, not where. */
const STREAM = 'operations';
const EVENT_TYPE = 'operations.ActionTaken';

/** An action of an operator, as it is stored. */
export const operatorAction = z.object({
  operator: z.string(),
  service: z.string(),
  action: z.string(),
  target: z.string(),
  /** Messages or rows that it concerned, if that is known. */
  count: z.int().nullable(),
  reason: z.string().nullable(),
});

export type OperatorAction = z.infer<typeof operatorAction>;

/** An action with its place in the stream. */
export type StoredAction = OperatorAction & {
  readonly actionId: string;
  readonly revision: bigint;
  readonly takenAt: string;
  readonly correlationId: string;
};

/** Appends an action; a command that is repeated is one action. Throws `EventStoreUnavailable`. */
export const appendAction = async (client: EventStoreClient, action: OperatorAction, cause: Cause): Promise<void> => {
  const id = derivedId('operator-action', action.service, cause.commandId);
  const event = jsonEvent({ id, type: EVENT_TYPE, data: action, metadata: toMetadata(cause) });
  await appendEvents(client, STREAM, [event], 'any');
};

const readBackwards = async (client: EventStoreClient, from: bigint | typeof END, maxCount: number) => {
  const events: RecordedEvent[] = [];
  try {
    for await (const { event } of client.readStream(STREAM, { direction: BACKWARDS, fromRevision: from, maxCount }))
      if (event !== undefined) events.push(event);
  } catch (error) {
    if (!(error instanceof StreamNotFoundError)) throw error;
  }
  return events;
};

/**
 * At most `limit` actions, the latest first, from revision `from` back; those that other programs may have written are
 * left out. Throws `EventStoreUnavailable`.
 */
export const readActions = async (
  client: EventStoreClient,
  { limit, from }: { readonly limit: number; readonly from?: bigint | undefined },
): Promise<readonly StoredAction[]> => {
  const events = await retryUnavailable(client, () => readBackwards(client, from ?? END, limit));
  return events.flatMap(({ id, type, data, created, revision, metadata }) => {
    const action = operatorAction.safeParse(data).data;
    if (type !== EVENT_TYPE || action === undefined) return [];
    const { correlationId } = parseCause(id, metadata);
    return [{ ...action, actionId: id, revision, takenAt: created.toISOString(), correlationId }];
  });
};
