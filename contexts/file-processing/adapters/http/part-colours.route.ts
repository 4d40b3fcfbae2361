import type { Router } from 'express';
import { callerOf } from '@lego-moc/http/caller';
import { refuse } from '@lego-moc/http/problem';
import { ok } from '@lego-moc/http/respond';
import { defineRoute, route } from '@lego-moc/http/route-contract';
import type { UserId } from '@lego-moc/kernel/message';
import type { priceColours, PricedColours } from '../../application/prices/price-colours.ts';
import { partColoursReply, partColoursRequest, type PartColoursReply } from '../../contracts/part-colours-api.ts';
import { formatAmount } from '../../domain/prices/amount.ts';

export const partColoursContract = defineRoute({
  ...{ method: 'post', path: '/v1/part-colours', tags: ['catalogue'], access: 'service', body: partColoursRequest },
  summary: 'The colours that parts are known in, and what they cost by the prices of a reader',
  replies: { 200: { description: 'The colours of each part', schema: partColoursReply } },
});

const toReply = (parts: readonly string[], { release, currency, colours }: PricedColours): PartColoursReply => {
  const byPart = Map.groupBy(colours, ({ part }) => part);
  return {
    ...{ release, currency },
    parts: parts.map((number) => ({
      number,
      colours: (byPart.get(number) ?? []).map(({ colourId, name, elements, sets, price }) => ({
        ...{ colourId, name, elements, sets, price: price === null ? null : formatAmount(BigInt(price)) },
      })),
    })),
  };
};

/** The route that gives other services the colours of parts. */
export const partColoursRoute = (find: ReturnType<typeof priceColours>): Router =>
  route(partColoursContract, async ({ request, body: { parts: numbers, reader, ...market } }) => {
    if (callerOf(request).service === undefined)
      refuse(403, 'services-only', 'GET /v1/catalogue/parts/:partNumber has the colours of a part.');
    const parts = [...new Set(numbers)];
    return ok(toReply(parts, await find(parts, reader as UserId, market)));
  });
