import { derivedId } from '@lego-moc/kernel/ids';
import type { Decider, Decision } from '@lego-moc/kernel/decider';
import type { Instant, Message } from '@lego-moc/kernel/message';
import type { PriceEvent, PriceFigures, PriceId, PriceKey, PriceObserved } from './price-events.ts';

export type ObservePrice = Message<'ObservePrice', PriceObserved['data']>;
export type WithdrawPrice = Message<'WithdrawPrice', { priceId: PriceId; at: Instant }>;
export type PriceCommand = ObservePrice | WithdrawPrice;

/** A price has no rule that could be broken: every observation is a fact. */
export type PriceRejection = never;

export type Price =
  | { readonly status: 'absent' }
  | { readonly status: 'observed'; readonly figures: PriceFigures; readonly observedAt: Instant };

/** The stream of a price: one for each owner, item and market. */
export const priceIdOf = ({ owner, itemType, number, colour, condition, guide, currency }: PriceKey): PriceId =>
  derivedId('price', owner, itemType, number, String(colour), condition, guide, currency) as PriceId;

const dayOf = (at: Instant): string => at.slice(0, 10);

const UNIT_FIELDS = ['minimum', 'average', 'quantityAverage', 'maximum', 'lowerQuartile', 'upperQuartile'] as const;

const sameFigures = (some: PriceFigures, others: PriceFigures): boolean =>
  some.offers === others.offers &&
  some.pieces === others.pieces &&
  UNIT_FIELDS.every((field) => some.unit?.[field] === others.unit?.[field]);

/** An older observation comes too late, and equal figures on one day say nothing new. */
const observe = ({ data }: ObservePrice, price: Price): readonly PriceEvent[] => {
  const { figures, observedAt } = data;
  if (price.status === 'observed') {
    if (price.observedAt >= observedAt) return [];
    if (dayOf(price.observedAt) === dayOf(observedAt) && sameFigures(price.figures, figures)) return [];
  }
  return [{ type: 'PriceObserved', data }];
};

const decide = (command: PriceCommand, price: Price): Decision<PriceEvent, PriceRejection> => {
  if (command.type === 'ObservePrice') return observe(command, price);
  if (price.status === 'absent') return [];
  return [{ type: 'PriceWithdrawn', data: { priceId: command.data.priceId, withdrawnAt: command.data.at } }];
};

const evolve = (_: Price, event: PriceEvent): Price =>
  event.type === 'PriceWithdrawn'
    ? { status: 'absent' }
    : { status: 'observed', figures: event.data.figures, observedAt: event.data.observedAt };

/** One price over time: each change of its figures, and each day that they were confirmed. */
export const priceDecider: Decider<PriceCommand, Price, PriceEvent, PriceRejection> = {
  initial: { status: 'absent' },
  decide,
  evolve,
};
