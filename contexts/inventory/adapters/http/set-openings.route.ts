import type { Router } from 'express';
import { userOf } from '@lego-moc/http/caller';
import { causeOf } from '@lego-moc/http/cause';
import { expectedRevision } from '@lego-moc/http/if-match';
import { ok, problem, type Reply } from '@lego-moc/http/respond';
import { defineRoute, route } from '@lego-moc/http/route-contract';
import { isRejection, type Rejection } from '@lego-moc/kernel/decider';
import type { Clock } from '@lego-moc/application/clock';
import type { StockDependencies } from '../../application/change-stock.ts';
import { toHoldingReply } from '../../application/holding-reply.ts';
import { placeOf } from '../../application/inventory-ids.ts';
import { openSet, type OpeningRejection } from '../../application/open-set.ts';
import type { SetInventories } from '../../application/ports/set-inventories.ts';
import { setOpeningReply, setOpeningRequest } from '../../contracts/stock-api.ts';
import { piecesIn } from '../../domain/lots.ts';
import { TOO_MANY_QUESTIONS } from './buildability-contracts.ts';
import { ownedHolding } from './owned-holding.ts';
import type { AnswerInTurn } from './questions-in-flight.ts';
import { holdingNotFound, toProblem } from './rejection-status.ts';

export const openSets = defineRoute({
  ...{ method: 'post', path: '/v1/inventory/stock/set-openings', tags: ['Stock'], body: setOpeningRequest },
  summary: 'Open sets or minifigs of a place into their parts',
  description: 'The entry can be reversed as any other: then the parts leave and the sets are back.',
  replies: {
    200: { description: 'The place, and what was in one set', schema: setOpeningReply },
    404: { description: 'holding-not-found, or set-inventory-not-found: the catalogue does not say what is in it' },
    409: { description: 'not-enough-pieces: so many sets are not there; holding-full' },
    422: { description: 'too-many-pieces' },
    ...TOO_MANY_QUESTIONS,
  },
});

const refusal = ({ rejected, ...rest }: Rejection<OpeningRejection>): Reply => {
  if (rejected === 'set-inventory-not-found')
    return problem(404, rejected, rest.because, { errors: [{ pointer: '/number', detail: rest.because }] });
  return rejected === 'too-many-pieces' ? problem(422, rejected, rest.because) : toProblem({ rejected, ...rest });
};

export type SetOpeningRoute = StockDependencies & {
  readonly sets: SetInventories;
  readonly answerInTurn: AnswerInTurn;
  readonly now: Clock;
};

/** The route that opens owned sets. */
export const setOpeningRoute = (needs: SetOpeningRoute): Router => {
  const open = openSet(needs);
  const find = ownedHolding(needs.holdings);

  return route(openSets, ({ request, body: { location, kind, number, quantity, version } }) =>
    needs.answerInTurn(userOf(request).id, async () => {
      const [{ id: owner }, cause] = [userOf(request), causeOf(request)];
      const entryId = cause.commandId;
      const opening = { owner, entryId, location, set: { kind, number }, quantity, version };
      const contents = await open(opening, cause, expectedRevision(request));
      if (isRejection<OpeningRejection>(contents)) return refusal(contents);
      const result = await find(request, placeOf(owner, location).holdingId);
      if (result === undefined) return holdingNotFound;
      const { release: catalogueRelease, version: openedVersion, lots } = contents;
      const reply = { holding: toHoldingReply(result.holding), entryId, catalogueRelease, version: openedVersion };
      return ok({ ...reply, contents: { lots: lots.length, pieces: piecesIn(lots) } }, { etag: result.etag });
    }),
  );
};
