import { reject, type Decider } from '@lego-moc/kernel/decider';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { mergeLots } from '../lots.ts';
import type { BuildCommand, BuildDecision, BuildRejection, FollowOperations, TakeApart } from './build-commands.ts';
import type { BuildEvent } from './build-events.ts';
import { applySharing, buildNotFound, roleOf, share } from './build-sharing.ts';
import { addOperation, emptyLedger, entryOf, followOperation, lotsOn, placedLots, type Ledger } from './ledger.ts';
import type { Build, OpenBuild } from './open-build.ts';
import { isSameOperation, type BuildLot, type Operation } from './operations.ts';

/** Some weeks of building: one operation for each step of a large model, and as many corrections. */
export const OPERATIONS_MAX = 10_000;

/** Pieces come to a table in boxes, not one by one; each of these is an entry of a place as well. */
export const STOCK_TRANSFERS_MAX = 1_000;

/** As many kinds of pieces as an item has. */
export const BUILD_LOTS_MAX = 10_000;

/** More than most models have in all their steps; taking apart names them in one event. */
export const SECTION_LOTS_MAX = 5_000;

const decide = (command: BuildCommand, build: Build): BuildDecision => {
  if (command.type === 'EraseBuild')
    return build.status === 'erased' ? [] : [{ type: 'BuildErased', data: command.data }];
  if (build.status === 'erased') return reject('owner-erased', 'The account of the owner was erased.');
  if (command.type === 'BeginBuild') return build.status === 'open' ? [] : [{ type: 'BuildBegun', data: command.data }];
  if (build.status === 'absent') return buildNotFound;
  switch (command.type) {
    case 'RecordOperations':
      return recordOperations(command.data.operations, command.data, build);
    case 'TakeApart':
      return takeApart(command, build);
    case 'FollowOperations':
      return follow(command, build);
    default:
      return share(command, build);
  }
};

/** Why the ledger is larger than a build may have; `undefined` when it is not. */
const excessOf = (ledger: Ledger) => {
  if (ledger.entries.size > OPERATIONS_MAX || ledger.stockTransfers > STOCK_TRANSFERS_MAX)
    return reject(
      'too-many-operations',
      `A build has at most ${String(OPERATIONS_MAX)} operations, ${String(STOCK_TRANSFERS_MAX)} of them with the stock.`,
    );
  if (ledger.balances.size > BUILD_LOTS_MAX)
    return reject('too-many-lots', `A build has at most ${String(BUILD_LOTS_MAX)} lots.`, { lotsMax: BUILD_LOTS_MAX });
  if (ledger.sectionBalances.size > SECTION_LOTS_MAX)
    return reject('too-many-lots', `All bags and steps of a build have at most ${String(SECTION_LOTS_MAX)} lots.`, {
      lotsMax: SECTION_LOTS_MAX,
    });
  return undefined;
};

/** Operations that are known already are passed over, so that a device may send all that it has. */
const recordOperations = (
  operations: readonly Operation[],
  { by, at }: { readonly by: UserId; readonly at: Instant },
  build: OpenBuild,
): BuildDecision => {
  const { buildId, owner, ledger } = build;
  const role = roleOf(build, by);
  if (role === undefined) return buildNotFound;
  if (role === 'viewer') return reject('not-a-builder', 'You may watch this build only.');
  const newOperations: Operation[] = [];
  let after = ledger;
  for (const [place, operation] of operations.entries()) {
    const earlier = entryOf(after, operation.operationId)?.operation ?? null;
    if (earlier === null) newOperations.push(operation);
    else if (!isSameOperation(operation, earlier))
      return reject('operation-id-reused', 'This id belongs to an operation with other content.', {
        operation: place,
      });
    after = addOperation(after, operation);
  }
  if (newOperations.length === 0) return [];
  const excess = excessOf(after);
  if (excess !== undefined) return excess;
  return [{ type: 'OperationsRecorded', data: { buildId, owner, by, operations: newOperations, at } }];
};

const transferOf = (operationId: string, lots: readonly BuildLot[]) => ({ operationId, lots, location: null });

/** Damaged and lost pieces stay where they are. */
const takeApart = ({ data }: TakeApart, build: OpenBuild): BuildDecision => {
  const { removalId, returnId, location } = data;
  const { ledger } = build;
  // Repeated after something else was placed, the command would find other pieces.
  if ([removalId, returnId].some((id) => (entryOf(ledger, id)?.operation ?? null) !== null)) return [];
  const lots = placedLots(ledger);
  const removal = { ...transferOf(removalId, lots), from: 'placed', to: 'reserved' } as const;
  const leftLots = lotsOn(lots.length === 0 ? ledger : addOperation(ledger, removal), 'reserved');
  const comeback = { ...transferOf(returnId, mergeLots(leftLots)), from: 'reserved', to: 'stock', location } as const;
  const operations = [removal, comeback].filter((operation) => operation.lots.length > 0);
  return recordOperations(operations, data, build);
};

const follow = ({ data }: FollowOperations, { buildId, owner, ledger }: OpenBuild): BuildDecision => {
  const movements = data.movements.filter(({ operationId, isMovedBack }) => {
    const stockState = entryOf(ledger, operationId)?.stockState ?? 'moved-back';
    return stockState === 'untouched' || (stockState === 'moved' && isMovedBack);
  });
  return movements.length === 0 ? [] : [{ type: 'StockFollowed', data: { buildId, owner, movements, at: data.at } }];
};

const evolve = (build: Build, event: BuildEvent): Build => {
  if (event.type === 'BuildErased') return { status: 'erased' };
  if (event.type === 'BuildBegun') {
    const { at, ...rest } = event.data;
    return { ...rest, status: 'open', begunAt: at, changedAt: at, ledger: emptyLedger, invitations: [], members: [] };
  }
  if (build.status !== 'open') return build;
  switch (event.type) {
    case 'OperationsRecorded':
      return {
        ...build,
        ledger: event.data.operations.reduce(addOperation, build.ledger),
        changedAt: event.data.at,
      };
    case 'StockFollowed':
      return { ...build, ledger: event.data.movements.reduce(followOperation, build.ledger) };
    default:
      return applySharing(build, event);
  }
};

/** Keeps the ledger of a build: double entry, merged from whatever devices send. */
export const buildDecider: Decider<BuildCommand, Build, BuildEvent, BuildRejection> = {
  initial: { status: 'absent' },
  decide,
  evolve,
};
