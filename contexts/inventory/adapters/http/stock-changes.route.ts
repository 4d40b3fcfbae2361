import { Router, type Request } from 'express';
import type { Clock } from '@lego-moc/application/clock';
import type { EventStreams } from '@lego-moc/application/event-streams';
import { causeOf } from '@lego-moc/http/cause';
import { userOf } from '@lego-moc/http/caller';
import { expectedRevision } from '@lego-moc/http/if-match';
import { noContent, ok, problem, type Reply } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { isRejection } from '@lego-moc/kernel/decider';
import { derivedId } from '@lego-moc/kernel/ids';
import { changeStock, moveStock, type StockDependencies, type StockOutcome } from '../../application/change-stock.ts';
import { findEntry } from '../../application/find-entry.ts';
import { toHoldingReply } from '../../application/holding-reply.ts';
import { placeOf } from '../../application/inventory-ids.ts';
import type { HoldingEvent } from '../../domain/stock/holding-events.ts';
import { additionsOf } from '../../domain/stock/open-holding.ts';
import { toLots } from './lots-of-request.ts';
import { etagOf } from './owned-item.ts';
import { ownedHolding } from './owned-holding.ts';
import { holdingNotFound, toProblem } from './rejection-status.ts';
import * as contracts from './stock-contracts.ts';

export type StockRoutes = StockDependencies & {
  readonly streams: Pick<EventStreams<HoldingEvent>, 'readEvents'>;
  readonly now: Clock;
};

const entryNotFound = problem(404, 'entry-not-found', 'This place has no such entry.');
const moveNotReversible = problem(409, 'move-not-reversible', 'Pieces that were moved are moved back by another move.');

/** Routes that put pieces into places, take them out, count, move and reverse. */
export const stockChangeRoutes = (needs: StockRoutes): Router => {
  const { holdings, streams, now } = needs;
  const [change, move] = [changeStock(needs), moveStock(needs)];
  const find = ownedHolding(holdings);

  const replyAfter = async (request: Request, holdingId: string, outcome: StockOutcome): Promise<Reply> => {
    if (isRejection(outcome)) return toProblem(outcome);
    const result = await find(request, holdingId);
    return result === undefined ? holdingNotFound : ok(toHoldingReply(result.holding), { etag: result.etag });
  };

  const entryOf = (request: Request) => {
    const cause = causeOf(request);
    return { cause, data: { by: userOf(request).id, entryId: cause.commandId, at: now() } };
  };

  return Router().use(
    route(contracts.enterStock, async ({ request, body: { location, reason, day, lots } }) => {
      const { cause, data } = entryOf(request);
      const place = placeOf(data.by, location);
      const command = { type: 'EnterStock', data: { ...data, place, reason, day, lots: toLots(lots) } } as const;
      return replyAfter(request, place.holdingId, await change(command, cause, expectedRevision(request)));
    }),

    route(contracts.correctStock, async ({ request, body: { location, reason, lots } }) => {
      const { cause, data } = entryOf(request);
      const place = placeOf(data.by, location);
      const command = { type: 'CorrectStock', data: { ...data, place, reason, lots: toLots(lots) } } as const;
      return replyAfter(request, place.holdingId, await change(command, cause, expectedRevision(request)));
    }),

    route(contracts.moveStock, async ({ request, body }) => {
      const { cause, data } = entryOf(request);
      const { by: owner, entryId, at } = data;
      const [from, to] = [placeOf(owner, body.from), placeOf(owner, body.to)];
      const pieces = { owner, entryId, reason: body.reason, fromId: from.holdingId, to, lots: toLots(body.lots), at };
      const outcome = await move(pieces, cause, expectedRevision(request));
      if (isRejection(outcome)) return toProblem(outcome);
      const [source, target] = await Promise.all([find(request, from.holdingId), find(request, to.holdingId)]);
      if (source === undefined || target === undefined) return holdingNotFound;
      return ok({ from: toHoldingReply(source.holding), to: toHoldingReply(target.holding) }, { etag: source.etag });
    }),

    route(contracts.reverseEntry, async ({ request, params: { holdingId, entryId }, query: { reason } }) => {
      if ((await find(request, holdingId)) === undefined) return holdingNotFound;
      const result = await findEntry(streams, holdingId, entryId);
      if (result === undefined) return entryNotFound;
      const { entry, isReversed } = result;
      if (isReversed) return noContent();
      if (entry.type === 'StockMovedOut' || entry.type === 'StockMovedIn' || entry.type === 'MoveReturned')
        return moveNotReversible;
      const data = { ...entryOf(request).data, entryId: derivedId('reverse', holdingId, entryId), reason };
      const reversal = { ...data, reversedEntryId: entryId, partially: false, lots: additionsOf(entry) };
      const command = { type: 'ReverseEntry', data: reversal } as const;
      const outcome = await holdings.handle(holdingId, command, causeOf(request), expectedRevision(request));
      return isRejection(outcome) ? toProblem(outcome) : noContent(etagOf(outcome.revision));
    }),
  );
};
