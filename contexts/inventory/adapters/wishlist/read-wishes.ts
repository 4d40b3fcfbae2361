import { z } from 'zod';
import type { ServiceClient } from '@lego-moc/resilience/http-client';
import type { WishReader } from '../../application/ports/wish-reader.ts';
import type { Wish } from '../../domain/advice/wishes.ts';

const pageReply = z.object({
  items: z.array(z.object({ title: z.string(), productLink: z.string() })),
  nextCursor: z.string().nullable(),
});

/** A wishlist has at most a thousand wishes. */
const PAGE_LIMIT = 200;

/** Reads wishes from the service that keeps them, on behalf of their owner. */
export const readWishes = (service: Pick<ServiceClient, 'call'>): WishReader => ({
  all: async (user, { correlationId, causedBy }) => {
    const context = { correlationId, causedBy, user: { id: user, roles: [] } };
    const wishes: Wish[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query = new URLSearchParams({ limit: String(PAGE_LIMIT), ...(cursor === '' ? {} : { cursor }) });
      const { status, body } = await service.call({ method: 'GET', path: `/v1/wishlist?${String(query)}`, context });
      if (status !== 200) throw new Error(`wishlist answered GET /v1/wishlist with ${String(status)}`);
      const page = pageReply.parse(body);
      wishes.push(...page.items);
      cursor = page.nextCursor;
    }
    return wishes;
  },
});
