import type { HandleCommand, Outcome } from '@lego-moc/application/command-handler';
import type { Cause, Revision } from '@lego-moc/application/event-streams';
import type { FoldedStates } from '@lego-moc/application/folded-states';
import { isRejection } from '@lego-moc/kernel/decider';
import { derivedId } from '@lego-moc/kernel/ids';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { InventoryCommand, InventoryRejection } from '../domain/inventory.ts';
import type { LotQuantity } from '../domain/lots.ts';
import type {
  CorrectStock,
  EnterLedger,
  EnterStock,
  HoldingCommand,
  HoldingRejection,
} from '../domain/stock/holding-commands.ts';
import type { HoldingId, Place } from '../domain/stock/holding-events.ts';
import type { Holding } from '../domain/stock/open-holding.ts';
import { inventoryIdOf } from './inventory-ids.ts';

export type Holdings = FoldedStates<HoldingCommand, Holding, HoldingRejection>;

export type StockDependencies = {
  readonly handleInventory: HandleCommand<InventoryCommand, InventoryRejection>;
  readonly holdings: Holdings;
};

export type StockOutcome = Outcome<HoldingRejection | InventoryRejection>;

/** Lists a place in its owner's register before it is opened, so that no erasure misses it. */
const listPlace =
  ({ handleInventory, holdings }: StockDependencies) =>
  async (owner: UserId, { holdingId }: Place, at: Instant, cause: Cause) => {
    const { state } = await holdings.lastSeen(holdingId);
    if (state.status === 'open') return undefined;
    const listCause = { ...cause, commandId: derivedId('list', cause.commandId) };
    const entry = { kind: 'holding', id: holdingId } as const;
    const outcome = await handleInventory(
      inventoryIdOf(owner),
      { type: 'ListEntry', data: { owner, entry, at } },
      listCause,
    );
    return isRejection(outcome) ? outcome : undefined;
  };

/** Enters or corrects pieces in a place, which is opened by its first ones. */
export const changeStock =
  (needs: StockDependencies) =>
  async (
    command: EnterStock | EnterLedger | CorrectStock,
    cause: Cause,
    expected?: Revision,
  ): Promise<StockOutcome> => {
    const { by, place, at } = command.data;
    const refusal = await listPlace(needs)(by, place, at, cause);
    return refusal ?? needs.holdings.handle(place.holdingId, command, cause, expected);
  };

/** Pieces that are on their way between two places of a builder. */
export type Move = {
  readonly owner: UserId;
  readonly entryId: string;
  readonly reason: string;
  readonly fromId: HoldingId;
  readonly to: Place;
  readonly lots: readonly LotQuantity[];
  readonly at: Instant;
};

/**
 * Brings the pieces of a move to their place, or back when that takes none. Repeating it does no harm, so that a move
 * that was interrupted is completed by whoever sees it next.
 */
export const completeMove =
  ({ holdings }: Pick<StockDependencies, 'holdings'>) =>
  async (move: Move, cause: Cause): Promise<StockOutcome> => {
    const { owner: by, entryId, reason, fromId, to, lots, at } = move;
    const { state } = await holdings.latest(fromId);
    if (state.status !== 'open' || !state.moves.some((pending) => pending.entryId === entryId))
      return holdings.latest(to.holdingId);
    const from = { holdingId: fromId, location: state.location };
    const causeOf = (step: string): Cause => ({ ...cause, commandId: derivedId(step, entryId) });
    const receive = { type: 'ReceiveStock', data: { by, at, entryId, reason, lots, place: to, from } } as const;
    const arrival = await holdings.handle(to.holdingId, receive, causeOf('arrive'));
    const close = { type: 'CloseMove', data: { by, at, entryId, hasArrived: !isRejection(arrival) } } as const;
    await holdings.handle(fromId, close, causeOf('close'));
    return arrival;
  };

/** Moves pieces from one place to another. */
export const moveStock =
  (needs: StockDependencies) =>
  async (move: Move, cause: Cause, expected?: Revision): Promise<StockOutcome> => {
    const { owner: by, entryId, reason, fromId, to, lots, at } = move;
    const refusal = await listPlace(needs)(by, to, at, cause);
    if (refusal !== undefined) return refusal;
    const send = { type: 'SendStock', data: { by, at, entryId, reason, lots, to } } as const;
    const departure = await needs.holdings.handle(fromId, send, cause, expected);
    return isRejection(departure) ? departure : completeMove(needs)(move, cause);
  };
