import { hasRoom } from './consumer.ts';
import type { Effect, Group } from './group.ts';
import type { Message } from './message.ts';

type Offered = 'taken' | 'passed-over' | 'nobody';

const offer = (group: Group, message: Message, now: number, effects: Effect[]): Offered => {
  // Two streams may hold events of one id; an answer could not tell them apart, so the second waits for the first.
  if (group.flights.has(message.ackId)) return 'passed-over';

  const consumer = group.strategy.choose(message, group.flights);
  if (consumer === undefined) return 'nobody';
  if (consumer === 'wait') return 'passed-over';

  const expiresAt = now + group.settings.messageTimeoutMs;
  group.flights.set(message.ackId, { message, consumer, deliveredAt: now, expiresAt, parking: false });
  consumer.inFlight += 1;
  consumer.delivered += 1;
  group.delivered += 1;
  effects.push({ do: 'deliver', to: consumer.id, message });
  return 'taken';
};

const offerEach = (queue: Message[], offered: (message: Message) => Offered): boolean => {
  const passedOver: Message[] = [];
  let seen = 0;
  let somebody = true;
  for (const message of queue) {
    const outcome = offered(message);
    if (outcome === 'nobody') {
      somebody = false;
      break;
    }
    seen += 1;
    if (outcome === 'passed-over') passedOver.push(message);
  }
  if (seen > passedOver.length) queue.splice(0, seen, ...passedOver);
  return somebody;
};

/** Hands out what there is to whoever has room: retries first, then new messages in order. */
export const dispatch = (group: Group, now: number, effects: Effect[]): void => {
  if (![...group.consumers.values()].some(hasRoom)) return;

  const offered = (message: Message) => offer(group, message, now, effects);
  if (offerEach(group.retries, offered)) offerEach(group.fresh, offered);
};
