import { foldedStates } from '@lego-moc/application/folded-states';
import { newId } from '@lego-moc/application/new-id';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { isRejection } from '@lego-moc/kernel/decider';
import { derivedId } from '@lego-moc/kernel/ids';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { wishlistTarget } from '../../contexts/migration/adapters/wishlist/wishlist-target.ts';
import type { LogEntry } from '../../contexts/migration/application/followers.ts';
import { ownerIn } from '../../contexts/wishlist/application/wishlist-owner.ts';
import { importWishesRequest, WISHLIST_STREAM_PREFIX } from '../../contexts/wishlist/contracts/legacy-import.ts';
import { wishlistId } from '../../contexts/wishlist/contracts/wishlist-id.ts';
import { rowOf } from '../../contexts/wishlist/domain/legacy-columns.ts';
import { wishlistDecider, type WishlistCommand } from '../../contexts/wishlist/domain/wishlist.ts';
import type { ItemId, WishlistEvent } from '../../contexts/wishlist/domain/wishlist-events.ts';

/** The wishlist in memory: its own decider, its streams, and its routes for a migration. */
export const platformTwin = () => {
  const streams = inMemoryStreams<WishlistEvent>('wishlist');
  const states = foldedStates(wishlistDecider, streams);
  const ownerOf = ownerIn(streams);
  const log: LogEntry[] = [];

  const handle = async (listId: string, command: WishlistCommand, commandId: string) => {
    const before = (await states.latest(listId)).revision;
    const outcome = await states.handle(listId, command, { commandId, correlationId: commandId, actor: 'model' });
    if (isRejection(outcome)) throw new Error(`${command.type} was rejected: ${outcome.rejected}`);
    if (outcome.revision !== before)
      log.push({ stream: WISHLIST_STREAM_PREFIX + listId, position: BigInt(log.length + 1) });
  };

  const importWishes = async (json: unknown, commandId: string) => {
    const { changes } = importWishesRequest.parse(json);
    for (const [owner, own] of Map.groupBy(changes, (change) => change.owner)) {
      const data = {
        owner: owner as UserId,
        changes: own.map(({ itemId, sequence, row }) => ({
          ...{ itemId: itemId as ItemId, sequence },
          ...(row === null ? {} : { row: { columns: row.columns, addedAt: row.addedAt as Instant } }),
        })),
      };
      await handle(wishlistId(data.owner), { type: 'ImportWishes', data }, derivedId('import', commandId, owner));
    }
    return { findings: [], refusals: [] };
  };

  const readList = async (listId: string) => {
    const { state } = await states.latest(listId);
    const rows = state.items.map((item, index) => ({
      ...{ itemId: item.itemId, addedAt: item.addedAt },
      columns: rowOf(item, index),
    }));
    return { owner: await ownerOf(listId), revision: null, rows, deleted: [...state.deleted] };
  };

  const target = wishlistTarget({
    call: async ({ method, path, json }: { method: string; path: string; json?: unknown }) => ({
      status: 200,
      body: method === 'POST' ? await importWishes(json, newId()) : await readList(path.split('/').at(-1) ?? ''),
    }),
  } as unknown as Parameters<typeof wishlistTarget>[0]);

  async function* entriesBehind(from: bigint): AsyncGenerator<LogEntry> {
    yield* await Promise.resolve(log.filter(({ position }) => position > from));
  }

  return {
    target,
    readLog: (from: bigint): AsyncIterable<LogEntry> => entriesBehind(from),
    logEnd: () => Promise.resolve(BigInt(log.length)),
    write: (owner: string, command: WishlistCommand) => handle(wishlistId(owner as UserId), command, newId()),
    titlesOf: async (owner: string): Promise<ReadonlyMap<string, string>> => {
      const { state } = await states.latest(wishlistId(owner as UserId));
      return new Map(state.items.map(({ itemId, wish }) => [itemId, wish.title]));
    },
  };
};
