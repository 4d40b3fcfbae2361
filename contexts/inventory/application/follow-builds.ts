import type { Cause, EventStreams } from '@lego-moc/application/event-streams';
import { turns } from '@lego-moc/application/turns';
import type { FoldedStates } from '@lego-moc/application/folded-states';
import { isRejection } from '@lego-moc/kernel/decider';
import { derivedId } from '@lego-moc/kernel/ids';
import type { Instant } from '@lego-moc/kernel/message';
import type { BuildCommand, BuildRejection } from '../domain/builds/build-commands.ts';
import type { StockMovement } from '../domain/builds/build-events.ts';
import type { Build, OpenBuild } from '../domain/builds/open-build.ts';
import { entryOf, type LedgerEntry } from '../domain/builds/ledger.ts';
import { stockChangeOf, type Transfer } from '../domain/builds/operations.ts';
import type { HoldingEvent, Place } from '../domain/stock/holding-events.ts';
import { additionsOf } from '../domain/stock/open-holding.ts';
import { changeStock, type StockDependencies } from './change-stock.ts';
import { findEntry } from './find-entry.ts';
import { placeOf } from './inventory-ids.ts';

/** As many operations are followed before it is recorded that they were. */
const PORTION = 100;

export type Builds = FoldedStates<BuildCommand, Build, BuildRejection>;

export type FollowDependencies = StockDependencies & {
  readonly builds: Builds;
  readonly streams: Pick<EventStreams<HoldingEvent>, 'readEvents'>;
};

type StockEntryName = { readonly place: Place; readonly entryId: string };

/** Takes an entry back, exactly as far as it was made. */
const takeBack = async (
  { holdings, streams }: Pick<FollowDependencies, 'holdings' | 'streams'>,
  { owner: by, title: reason }: OpenBuild,
  { place, entryId }: StockEntryName,
  at: Instant,
  cause: Cause,
) => {
  const result = await findEntry(streams, place.holdingId, entryId);
  if (result === undefined || result.isReversed) return undefined;
  const reversalId = derivedId('reverse', place.holdingId, entryId);
  const reversal = { by, at, entryId: reversalId, reason, reversedEntryId: entryId, partially: true };
  const data = { ...reversal, lots: additionsOf(result.entry) };
  const command = { type: 'ReverseEntry', data } as const;
  return holdings.handle(place.holdingId, command, { ...cause, commandId: reversalId });
};

/**
 * Lets the stock follow the operations of a build: pieces that it took leave their place, as far as they are on record
 * there, and pieces that it gave back come into one. What is due follows from the build, so that each operation counts
 * once whatever is delivered twice or was interrupted. What the stock refuses stays due, and is tried again with the next
 * event of the build: no piece leaves the record.
 */
export const followBuild = (needs: FollowDependencies) => {
  const { builds } = needs;

  /** Under an id that follows from the operation. */
  const enter = async ({ owner: by, buildId, title }: OpenBuild, transfer: Transfer, at: Instant, cause: Cause) => {
    const entryId = derivedId('build', buildId, transfer.operationId);
    const place = placeOf(by, transfer.location);
    const lots = stockChangeOf(transfer);
    const data = { by, at, entryId, reason: title, place, day: null, lots, partially: true };
    return changeStock(needs)({ type: 'EnterStock', data }, { ...cause, commandId: entryId });
  };

  const follow = async (
    build: OpenBuild,
    operationId: string,
    { operation, isUndone, stockState }: LedgerEntry,
    cause: Cause,
  ): Promise<StockMovement | undefined> => {
    if (operation === null || 'undoes' in operation) return undefined;
    const { buildId, changedAt: at } = build;
    const entry = {
      place: placeOf(build.owner, operation.location),
      entryId: derivedId('build', buildId, operationId),
    };
    if (stockState === 'untouched') {
      const entering = await enter(build, operation, at, cause);
      // An undone operation that the stock never took needs no counter-entry.
      if (isRejection(entering)) return isUndone ? { operationId, isMovedBack: true } : undefined;
    }
    const reversal = isUndone ? await takeBack(needs, build, entry, at, cause) : undefined;
    return reversal !== undefined && isRejection(reversal) ? undefined : { operationId, isMovedBack: isUndone };
  };

  /** Follows a portion of what is due; whether there was some. */
  const followSome = async (buildId: string, cause: Cause): Promise<boolean> => {
    const { state } = await builds.lastSeen(buildId);
    if (state.status !== 'open') return false;
    const movements: StockMovement[] = [];
    for (const operationId of state.ledger.due) {
      if (movements.length === PORTION) break;
      const entry = entryOf(state.ledger, operationId);
      const movement = entry === undefined ? undefined : await follow(state, operationId, entry, cause);
      if (movement !== undefined) movements.push(movement);
    }
    if (movements.length === 0) return false;
    const command = { type: 'FollowOperations', data: { movements, at: state.changedAt } } as const;
    const commandId = derivedId('follow', buildId, JSON.stringify(movements));
    await builds.handle(buildId, command, { ...cause, commandId });
    return true;
  };

  // Events that arrive together would all do the same.
  const inTurn = turns();

  return (buildId: string, cause: Cause): Promise<void> =>
    inTurn(buildId, async () => {
      await builds.latest(buildId);
      while (await followSome(buildId, cause));
    });
};
