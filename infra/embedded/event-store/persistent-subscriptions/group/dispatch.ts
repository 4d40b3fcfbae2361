import { hasRoom } from './consumer.ts';
import type { Effect, Group } from './group.ts';
import type { Message } from './message.ts';

type OfferResult = 'taken' | 'passed-over' | 'nobody';

const offer = (group: Group, message: Message, now: number, effects: Effect[]): OfferResult => {
  // Two streams may hold events of one id; an answer could not tell them apart, so the second waits for the first.
  if (group.flights.has(message.ackId)) return 'passed-over';

  const consumer = group.strategy.choose(message, group.flights);
  if (consumer === undefined) return 'nobody';
  if (consumer === 'wait') return 'passed-over';

  const expiresAt = now + group.settings.messageTimeoutMs;
  group.flights.set(message.ackId, { message, consumer, deliveredAt: now, expiresAt, parking: false });
  consumer.inFlight += 1;
  consumer.deliveredCount += 1;
  group.deliveredCount += 1;
  effects.push({ do: 'deliver', to: consumer.id, message });
  return 'taken';
};

const offerEach = (queue: Message[], tryOffer: (message: Message) => OfferResult): boolean => {
  const passedOver: Message[] = [];
  let count = 0;
  let hasConsumer = true;
  for (const message of queue) {
    const outcome = tryOffer(message);
    if (outcome === 'nobody') {
      hasConsumer = false;
      break;
    }
    count += 1;
    if (outcome === 'passed-over') passedOver.push(message);
  }
  if (count > passedOver.length) queue.splice(0, count, ...passedOver);
  return hasConsumer;
};

/** Hands out what there is to whoever has room: retries first, then new messages in order. */
export const dispatch = (group: Group, now: number, effects: Effect[]): void => {
  if (![...group.consumers.values()].some(hasRoom)) return;

  const tryOffer = (message: Message) => offer(group, message, now, effects);
  if (offerEach(group.retries, tryOffer)) offerEach(group.fresh, tryOffer);
};
