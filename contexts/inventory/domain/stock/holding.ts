import { isRejection, reject, unreachable, type Decider } from '@lego-moc/kernel/decider';
import { mergeLots, nameOf, type LotQuantity } from '../lots.ts';
import type { CloseMove, EntryCommand, HoldingCommand, HoldingDecision, HoldingRejection } from './holding-commands.ts';
import type { HoldingEvent } from './holding-events.ts';
import { applyEvent, negate, openHolding, quantityOf, type Holding, type OpenHolding } from './open-holding.ts';

/** More kinds of pieces than the longest ledger in use has lines (17,001). */
export const HOLDING_LOTS_MAX = 20_000;

/** Pieces that come home from a build find room in a full place too, as they were on record somewhere before. */
export const RETURNED_LOTS_MAX = 2 * HOLDING_LOTS_MAX;

const holdingNotFound = reject('holding-not-found', 'You have no pieces in such a place.');

const decide = (command: HoldingCommand, holding: Holding): HoldingDecision => {
  if (command.type === 'EraseHolding')
    return holding.status === 'erased' ? [] : [{ type: 'HoldingErased', data: command.data }];
  if (holding.status === 'erased') return reject('owner-erased', 'The account of the owner was erased.');
  if (holding.status === 'open')
    return holding.owner === command.data.by ? decideOpen(command, holding) : holdingNotFound;
  if (!('place' in command.data)) return holdingNotFound;
  const { by: owner, at, place } = command.data;
  const opening: HoldingEvent = { type: 'HoldingOpened', data: { ...place, owner, at } };
  const decision = decideOpen(command, openHolding(place, owner, at));
  return isRejection(decision) || decision.length === 0 ? decision : [opening, ...decision];
};

const decideOpen = (command: EntryCommand | CloseMove, holding: OpenHolding): HoldingDecision =>
  command.type === 'CloseMove' ? closeMove(command, holding) : enter(command, holding);

/** Pieces that come back go where they were, however full the place is by now. */
const closeMove = ({ data: { entryId, hasArrived, at } }: CloseMove, holding: OpenHolding): HoldingDecision => {
  const { holdingId, owner, moves } = holding;
  const move = moves.find((candidate) => candidate.entryId === entryId);
  if (move === undefined) return [];
  if (hasArrived) return [{ type: 'MoveCompleted', data: { holdingId, owner, entryId, at } }];
  const { reason, lots } = move;
  const data = { holdingId, owner, entryId: `${entryId} returned`, returnedEntryId: entryId, reason, lots, at };
  return [{ type: 'MoveReturned', data }];
};

const isPartial = ({ data }: EntryCommand): boolean => 'partially' in data && (data.partially ?? false);

/** What an entry changes, before it is known whether the pieces are there. */
const changesOf = (command: EntryCommand, holding: OpenHolding): readonly LotQuantity[] => {
  const lots = mergeLots(command.data.lots);
  switch (command.type) {
    case 'EnterStock':
      return isPartial(command) ? clampLosses(lots, holding) : lots;
    case 'ReceiveStock':
    case 'EnterLedger':
      return lots;
    case 'SendStock':
      return negate(lots);
    case 'CorrectStock':
      return differences(command.data.lots, holding);
    case 'ReverseEntry':
      return isPartial(command) ? clampLosses(negate(lots), holding) : negate(lots);
    default:
      return unreachable(command);
  }
};

/** The last count of a lot holds. */
const differences = (counts: readonly LotQuantity[], holding: OpenHolding): readonly LotQuantity[] =>
  [...new Map(counts.map(({ lot, quantity }) => [lot, quantity]))].flatMap(([lot, quantity]) => {
    const difference = quantity - quantityOf(holding, lot);
    return difference === 0 ? [] : [{ lot, quantity: difference }];
  });

const clampLosses = (lots: readonly LotQuantity[], holding: OpenHolding): readonly LotQuantity[] =>
  lots.flatMap(({ lot, quantity }) => {
    const change = Math.max(quantity, -quantityOf(holding, lot));
    return change === 0 ? [] : [{ lot, quantity: change }];
  });

/** All lots of an entry are accepted, or none is. */
const enter = (command: EntryCommand, holding: OpenHolding): HoldingDecision => {
  if (holding.entryIds.includes(command.data.entryId)) return [];
  const changes = changesOf(command, holding);
  let lotsAfter = holding.lots.size;
  for (const { lot, quantity } of changes) {
    const before = quantityOf(holding, lot);
    if (before + quantity < 0) {
      const because = `${nameOf(lot)}: ${String(before)} are there, not ${String(-quantity)}.`;
      return reject('not-enough-pieces', because, { available: before, wanted: -quantity });
    }
    if (before === 0) lotsAfter += 1;
    if (before + quantity === 0) lotsAfter -= 1;
  }
  const lotsMax = isPartial(command) ? RETURNED_LOTS_MAX : HOLDING_LOTS_MAX;
  if (lotsAfter > lotsMax && lotsAfter > holding.lots.size)
    return reject('holding-full', `A place has at most ${String(lotsMax)} lots; use another one.`);
  // Transactions that cancel each other out are still part of the past.
  if (changes.length === 0 && !(command.type === 'EnterLedger' && command.data.lines.length > 0)) return [];
  return [eventOf(command, holding, changes)];
};

const eventOf = (command: EntryCommand, { holdingId, owner }: OpenHolding, lots: readonly LotQuantity[]) => {
  const { entryId, reason, at } = command.data;
  const data = { holdingId, owner, entryId, reason, lots, at };
  switch (command.type) {
    case 'EnterStock':
      return { type: 'StockEntered', data: { ...data, day: command.data.day } } as const;
    case 'EnterLedger':
      return { type: 'LedgerEntered', data: { ...data, lines: command.data.lines } } as const;
    case 'CorrectStock':
      return { type: 'StockCorrected', data } as const;
    case 'SendStock':
      return { type: 'StockMovedOut', data: { ...data, lots: negate(lots), to: command.data.to } } as const;
    case 'ReceiveStock':
      return { type: 'StockMovedIn', data: { ...data, from: command.data.from } } as const;
    case 'ReverseEntry':
      return { type: 'EntryReversed', data: { ...data, reversedEntryId: command.data.reversedEntryId } } as const;
    default:
      return unreachable(command);
  }
};

/** Keeps the pieces in one place by counter-entries: nothing appears or vanishes but by an entry. */
export const holdingDecider: Decider<HoldingCommand, Holding, HoldingEvent, HoldingRejection> = {
  initial: { status: 'absent' },
  decide,
  evolve: applyEvent,
};
