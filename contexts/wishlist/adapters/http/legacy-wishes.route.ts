import { Router, type RequestHandler } from 'express';
import { requireService } from '@lego-moc/auth-middleware/authenticate';
import { callerOf } from '@lego-moc/http/caller';
import { causeOf } from '@lego-moc/http/cause';
import { refuse } from '@lego-moc/http/problem';
import { ok } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { isRejection } from '@lego-moc/kernel/decider';
import { derivedId } from '@lego-moc/kernel/ids';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { wishlistId } from '../../contracts/wishlist-id.ts';
import type { WishlistStates } from '../../application/wishlist-states.ts';
import type { LegacyWishChange } from '../../contracts/legacy-import.ts';
import { findingsIn, rowOf } from '../../domain/legacy-columns.ts';
import type { LegacyChange } from '../../domain/legacy-wishes.ts';
import type { ItemId } from '../../domain/wishlist-events.ts';
import { importWishes, listLegacyLists, readLegacyList } from './contracts.ts';

/** Services that move data from the monolith. */
const requireMigration: RequestHandler = (request, _response, next) => {
  if (callerOf(request).service !== 'migration')
    refuse(403, 'not-the-migration', 'Only the migration may take over and read what belongs to others.');
  next();
};

const toChange = ({ itemId, sequence, row }: LegacyWishChange): LegacyChange => ({
  ...{ itemId: itemId as ItemId, sequence },
  ...(row === null ? {} : { row: { columns: row.columns, addedAt: row.addedAt as Instant } }),
});

const findingsOf = (changes: readonly LegacyWishChange[]) =>
  changes.flatMap(({ itemId, row }) => {
    const findings = row === null ? [] : [...findingsIn(row.columns)];
    return findings.length === 0 ? [] : [{ itemId, findings }];
  });

export type LegacyWishRoutes = {
  readonly states: Pick<WishlistStates, 'handle' | 'latest'>;
  readonly ownerOf: (listId: string) => Promise<string | null>;
  /** Ids of lists behind `after`, in their order. */
  readonly listIds: (after: string | undefined, limit: number) => Promise<readonly string[]>;
};

/** Routes of the migration from the monolith. */
export const legacyWishRoutes = ({ states: { handle, latest }, ownerOf, listIds }: LegacyWishRoutes): Router =>
  Router()
    .use('/internal/v1/legacy-wishes', requireService, requireMigration)
    .use(
      route(importWishes, async ({ request, body }) => {
        const cause = causeOf(request);
        const byOwner = Map.groupBy(body.changes, ({ owner }) => owner);
        const refusals: { owner: string; code: string }[] = [];
        for (const [owner, changes] of byOwner) {
          const data = { owner: owner as UserId, changes: changes.map(toChange) };
          const commandId = derivedId('import', cause.commandId, owner);
          const command = { type: 'ImportWishes', data } as const;
          const outcome = await handle(wishlistId(data.owner), command, { ...cause, commandId, actor: 'migration' });
          if (isRejection(outcome)) refusals.push({ owner, code: outcome.rejected });
        }
        return ok({ findings: findingsOf(body.changes), refusals });
      }),

      route(listLegacyLists, async ({ query: { after, limit } }) => {
        const ids = await listIds(after, limit);
        return ok({ lists: await Promise.all(ids.map(async (listId) => ({ listId, owner: await ownerOf(listId) }))) });
      }),

      route(readLegacyList, async ({ params: { listId } }) => {
        const { state, revision } = await latest(listId);
        const rows = state.items.map((item, index) => ({
          ...{ itemId: item.itemId, addedAt: item.addedAt },
          columns: rowOf(item, index),
        }));
        return ok({
          ...{ owner: await ownerOf(listId), rows, deleted: [...state.deleted] },
          revision: revision === 'no-stream' ? null : Number(revision),
        });
      }),
    );
