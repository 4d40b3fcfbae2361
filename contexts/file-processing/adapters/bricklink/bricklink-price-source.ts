import { randomBytes } from 'node:crypto';
import { newId } from '@lego-moc/application/new-id';
import type { ServiceClient } from '@lego-moc/resilience/http-client';
import { ServiceUnavailable, type CallReply } from '@lego-moc/resilience/service-call';
import type { LookUp, PriceSource } from '../../application/ports/price-source.ts';
import type { Market, PricedItem } from '../../domain/prices/price-events.ts';
import { signRequest } from './oauth-signature.ts';
import { envelope, NOTHING_ON_SALE, readPriceGuide } from './price-guide-reply.ts';

export type BrickLink = {
  readonly service: Pick<ServiceClient, 'call'>;
  /** `https://api.bricklink.com/api/store/v1` */
  readonly baseUrl: string;
  readonly nowMs: () => number;
};

/** BrickLink's words for its kinds of items. */
const ITEM_TYPES: ReadonlyMap<string, string> = new Map([
  ['P', 'part'],
  ['S', 'set'],
  ['M', 'minifig'],
  ['B', 'book'],
  ['G', 'gear'],
  ['C', 'catalog'],
  ['I', 'instruction'],
  ['O', 'original_box'],
  ['U', 'unsorted_lot'],
]);

/** Without `region` and `vat` BrickLink answers for the whole world, prices without tax. */
const urlFor = (baseUrl: string, type: string, { number, colour }: PricedItem, market: Market): URL => {
  const url = new URL(`${baseUrl.replace(/\/$/, '')}/items/${type}/${encodeURIComponent(number)}/price`);
  url.search = new URLSearchParams({
    ...(colour === 0 ? {} : { color_id: String(colour) }),
    guide_type: market.guide,
    new_or_used: market.condition === 'new' ? 'N' : 'U',
    currency_code: market.currency,
  }).toString();
  return url;
};

const unavailable = (because: string): LookUp => ({ status: 'unavailable', because });

const NOT_FOUND = 404;
const TOO_MANY = 429;

/** BrickLink answers 400 for an item that it does not have, and names the parameter. */
const isUnknownItem = (code: number, message: string): boolean =>
  code === NOT_FOUND || (code === 400 && /RESOURCE_NOT_FOUND|PARAMETER_MISSING_OR_INVALID/.test(message));

/** The answer is in the body's `meta`, whatever the status is; a body without one is judged by the status. */
const readReply = ({ status, body }: CallReply, market: Market): LookUp => {
  const { success, data: reply } = envelope.safeParse(body);
  const code = success && status === 200 ? reply.meta.code : status;
  const message = success ? reply.meta.message : '';
  if (isUnknownItem(code, message)) return { status: 'answered', figures: NOTHING_ON_SALE };
  if (code === 401 || code === 403) return { status: 'refused', because: message === '' ? `status ${code}` : message };
  if (code === TOO_MANY) return { status: 'limit-reached', because: message };
  if (code !== 200 || !success) return unavailable(`status ${code} ${message}`.trim());
  const figures = readPriceGuide(reply.data, market);
  return figures === undefined ? unavailable('The answer is no price guide.') : { status: 'answered', figures };
};

/**
 * BrickLink's price guide. A call is signed anew each time it is made, and never sent again by itself: BrickLink refuses
 * a signature that it has seen.
 */
export const brickLinkPriceSource = ({ service, baseUrl, nowMs }: BrickLink): PriceSource => ({
  lookUp: async (item, market, key, signal) => {
    const type = ITEM_TYPES.get(item.itemType);
    if (type === undefined) return { status: 'answered', figures: NOTHING_ON_SALE };
    const url = urlFor(baseUrl, type, item, market);
    const nonce = randomBytes(16).toString('hex');
    const authorization = signRequest(key, { url, timestampS: Math.floor(nowMs() / 1000), nonce });
    try {
      const reply = await service.call({
        ...{ method: 'GET', path: `${url.pathname}${url.search}`, headers: { authorization }, idempotent: false },
        context: { correlationId: newId() },
        ...(signal === undefined ? {} : { signal }),
      });
      return readReply(reply, market);
    } catch (error) {
      if (error instanceof ServiceUnavailable) return unavailable(error.message);
      throw error;
    }
  },
});
