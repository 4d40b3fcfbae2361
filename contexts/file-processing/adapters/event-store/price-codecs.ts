import { z } from 'zod';
import { codecFor } from '@lego-moc/event-codec/codec';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { JobId } from '../../domain/file-job-events.ts';
import type { LookUpsReserved } from '../../domain/prices/look-up-budget.ts';
import {
  CONDITIONS,
  GUIDES,
  PRICE_SOURCES,
  type PriceEvent,
  type PriceId,
  type PriceOwner,
} from '../../domain/prices/price-events.ts';
import type { PriceOwnerErased } from '../../domain/prices/price-owner.ts';
import { REFRESH_OUTCOMES, type PriceRefreshEvent, type RefreshId } from '../../domain/prices/price-refresh.ts';

/** Streams `price-<priceId>`, one for each owner, item and market. */
export const PRICE = 'price';
/** Streams `priceBudget-<id>`, one for each owner and day. */
export const PRICE_BUDGET = 'priceBudget';
/** Streams `priceOwner-<userId>`: one event, when the user was erased. */
export const PRICE_OWNER = 'priceOwner';
/** Streams `priceRefresh-<refreshId>`. */
export const PRICE_REFRESH = 'priceRefresh';

const priceId = z.string().transform((id) => id as PriceId);
const refreshId = z.string().transform((id) => id as RefreshId);
const jobId = z.string().transform((id) => id as JobId);
const owner = z.string().transform((id) => id as UserId);
const instant = z.iso.datetime().transform((at) => at as Instant);
const amount = z.int().nonnegative();
const market = z.object({ condition: z.enum(CONDITIONS), guide: z.enum(GUIDES), currency: z.string() });

const key = market.extend({
  owner: z.string().transform((id) => id as PriceOwner),
  ...{ itemType: z.string(), number: z.string(), colour: z.int() },
});

const figures = z.object({
  offers: z.int().nullable(),
  pieces: z.int().nullable(),
  unit: z
    .object({
      ...{ minimum: amount, average: amount, quantityAverage: amount, maximum: amount },
      lowerQuartile: amount.optional(),
      upperQuartile: amount.optional(),
    })
    .nullable(),
});

export const priceCodec = codecFor<PriceEvent>('file-processing', {
  PriceObserved: [{ schema: z.object({ priceId, key, figures, source: z.enum(PRICE_SOURCES), observedAt: instant }) }],
  PriceWithdrawn: [{ schema: z.object({ priceId, withdrawnAt: instant }) }],
}).showing({
  shown: [
    ...['priceId', 'owner', 'itemType', 'number', 'colour', 'condition', 'guide', 'currency', 'source'],
    ...['observedAt', 'withdrawnAt'],
  ],
  erasedBy: ['PriceWithdrawn'],
});

export const priceBudgetCodec = codecFor<LookUpsReserved>('file-processing', {
  LookUpsReserved: [{ schema: z.object({ reservationId: z.string(), count: z.int().positive() }) }],
}).showing({ shown: ['reservationId', 'count'] });

export const priceOwnerCodec = codecFor<PriceOwnerErased>('file-processing', {
  PriceOwnerErased: [{ schema: z.object({ owner, erasedAt: instant }) }],
}).showing({ shown: ['owner', 'erasedAt'], erasedBy: ['PriceOwnerErased'] });

const count = z.int().nonnegative();

export const priceRefreshCodec = codecFor<PriceRefreshEvent>('file-processing', {
  PriceRefreshRequested: [{ schema: z.object({ refreshId, jobId, owner, market, requestedAt: instant }) }],
  PriceRefreshEnded: [
    {
      schema: z.object({
        refreshId,
        outcome: z.enum(REFRESH_OUTCOMES),
        ...{ lookedUp: count, remaining: count, endedAt: instant },
      }),
    },
  ],
}).showing({
  shown: [
    ...['refreshId', 'jobId', 'owner', 'condition', 'guide', 'currency', 'requestedAt', 'outcome'],
    ...['lookedUp', 'remaining', 'endedAt'],
  ],
});
