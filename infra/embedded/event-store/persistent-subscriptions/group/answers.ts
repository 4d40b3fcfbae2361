import type { Effect, Flight, Group, NackAction } from './group.ts';
import type { Message } from './message.ts';

const land = (group: Group, flight: Flight, now: number): void => {
  group.flights.delete(flight.message.ackId);
  const { consumer } = flight;
  if (consumer === undefined) return;
  consumer.inFlight -= 1;
  if (group.settings.extraStatistics) consumer.latencies.record(now - flight.deliveredAt);
};

/** The message needs nobody's attention any more. */
const finish = (group: Group, flight: Flight, now: number): void => {
  land(group, flight, now);
  flight.message.isDone = true;
  if (flight.message.origin === 'parked') group.parkedMessages.unresolved.delete(flight.message.position);
};

/** Retries go out in the order of the source; replayed messages after them, in the order they come. */
const requeue = (group: Group, message: Message): void => {
  if (message.origin === 'parked') {
    group.retries.push(message);
    return;
  }
  const at = group.retries.findIndex((other) => other.origin === 'parked' || other.sequence > message.sequence);
  group.retries.splice(at === -1 ? group.retries.length : at, 0, message);
};

const park = (flight: Flight, reason: string, effects: Effect[]): void => {
  flight.parking = true;
  effects.push({ do: 'park', message: flight.message, reason });
};

/** Once more, or never again when it has been tried often enough. */
export const retry = (group: Group, flight: Flight, now: number, effects: Effect[]): void => {
  const { message } = flight;
  if (message.retryCount >= group.settings.maxRetryCount) {
    park(flight, `Reached retry count of ${String(group.settings.maxRetryCount)}`, effects);
    return;
  }
  land(group, flight, now);
  message.retryCount += 1;
  requeue(group, message);
};

/** An answer to a message that is no longer in flight comes too late and means nothing. */
const inFlight = (group: Group, ids: readonly string[]): Flight[] =>
  ids.flatMap((id) => {
    const flight = group.flights.get(id);
    return flight === undefined || flight.parking ? [] : [flight];
  });

export const acknowledge = (group: Group, ids: readonly string[], now: number): void => {
  for (const flight of inFlight(group, ids)) finish(group, flight, now);
};

export const refuse = (
  group: Group,
  { ids, action, reason }: { readonly ids: readonly string[]; readonly action: NackAction; readonly reason: string },
  now: number,
  effects: Effect[],
): void => {
  for (const flight of inFlight(group, ids)) {
    if (action === 'skip') finish(group, flight, now);
    else if (action === 'retry') retry(group, flight, now, effects);
    else park(flight, `Client explicitly NAK'ed message.\n${reason}`, effects);
  }
};

export const parkedDurably = (group: Group, id: string, now: number): void => {
  const flight = group.flights.get(id);
  if (flight !== undefined) finish(group, flight, now);
};

/** Rather delivered again than lost. */
export const parkFailed = (group: Group, id: string, now: number): void => {
  const flight = group.flights.get(id);
  if (flight === undefined) return;
  land(group, flight, now);
  requeue(group, flight.message);
};

export const expire = (group: Group, now: number, effects: Effect[]): void => {
  for (const flight of [...group.flights.values()])
    if (!flight.parking && flight.expiresAt <= now) retry(group, flight, now, effects);
};

export const leave = (group: Group, id: string, now: number, effects: Effect[]): void => {
  const consumer = group.consumers.get(id);
  if (consumer === undefined) return;
  group.consumers.delete(id);
  group.strategy.leave(consumer);
  for (const flight of [...group.flights.values()]) {
    if (flight.consumer !== consumer) continue;
    flight.consumer = undefined;
    if (!flight.parking) retry(group, flight, now, effects);
  }
};
