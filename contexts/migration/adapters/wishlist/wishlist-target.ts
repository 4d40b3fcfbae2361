import { z } from 'zod';
import type { Cause } from '@lego-moc/application/event-streams';
import { newId } from '@lego-moc/application/new-id';
import type { UserId } from '@lego-moc/kernel/message';
import type { ServiceClient } from '@lego-moc/resilience/http-client';
import {
  importWishesReply,
  legacyListReply,
  legacyListsReply,
  WISHLIST_STREAM_PREFIX,
  type LegacyWishChange,
} from '@lego-moc/wishlist/contracts/legacy-import';
import { wishlistId } from '@lego-moc/wishlist/contracts/wishlist-id';
import type { OwnedRows, RowChange, Target } from '../../application/ports/target.ts';
import { instantOf, timestampOf } from '../../domain/legacy-times.ts';

const TABLE = 'wishlist_items';

const wishRow = z.object({
  id: z.string(),
  user_id: z.string(),
  title: z.string(),
  description: z.string().nullable(),
  product_link: z.string().nullable(),
  image_url: z.string().nullable(),
  category: z.string().nullable(),
  sort_order: z.string(),
  created_at: z.string(),
});

const toChange = ({ operation, row, sequence }: RowChange): LegacyWishChange => {
  const { id: itemId, user_id: owner, created_at: createdAt, ...columns } = wishRow.parse(row);
  const content = { columns, addedAt: instantOf(createdAt) };
  return { owner, itemId, sequence: Number(sequence), row: operation === 'delete' ? null : content };
};

/** Wishes, by the routes that the wishlist keeps for this. Throws `ServiceUnavailable` while it is away. */
export const wishlistTarget = (wishlist: Pick<ServiceClient, 'call'>): Target => {
  const ask = async <Answer>(
    request: { readonly method: 'GET' | 'POST'; readonly path: string; readonly json?: unknown },
    answers: z.ZodType<Answer>,
    context: Pick<Cause, 'correlationId'>,
  ): Promise<Answer> => {
    const reply = await wishlist.call({ ...request, context });
    if (reply.status !== 200)
      throw new Error(`wishlist answered ${request.method} ${request.path} with ${String(reply.status)}`);
    return answers.parse(reply.body);
  };

  return {
    capability: 'wishlist',
    tables: [{ name: TABLE, ownedBy: 'user_id' }],
    streamPrefix: WISHLIST_STREAM_PREFIX,

    aggregateIdOf: (owner) => wishlistId(owner as UserId),

    importRows: async (changes, cause) => {
      const json = { changes: changes.map(toChange) };
      const { findings, refusals } = await ask(
        { method: 'POST', path: '/internal/v1/legacy-wishes', json },
        importWishesReply,
        cause,
      );
      return findings.length + refusals.length;
    },

    listAggregates: async (after, limit) => {
      const query = new URLSearchParams({ limit: String(limit), ...(after === undefined ? {} : { after }) });
      const path = `/internal/v1/legacy-wishes?${query.toString()}`;
      const { lists } = await ask({ method: 'GET', path }, legacyListsReply, { correlationId: newId() });
      return lists.map(({ listId, owner }) => ({ id: listId, owner: owner ?? undefined }));
    },

    readAggregate: async (id): Promise<OwnedRows> => {
      const path = `/internal/v1/legacy-wishes/${encodeURIComponent(id)}`;
      const { owner, rows, deleted } = await ask({ method: 'GET', path }, legacyListReply, { correlationId: id });
      return {
        ...{ owner: owner ?? undefined, table: TABLE, deleted },
        rows: rows.map(({ itemId, addedAt, columns }) => ({
          ...{ id: itemId, user_id: owner ?? '', created_at: timestampOf(addedAt) },
          ...columns,
        })),
      };
    },
  };
};
