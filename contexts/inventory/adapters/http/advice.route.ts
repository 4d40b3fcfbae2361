import type { Router } from 'express';
import { userOf } from '@lego-moc/http/caller';
import { causeOf } from '@lego-moc/http/cause';
import { ok, problem, type Reply } from '@lego-moc/http/respond';
import { defineRoute, route } from '@lego-moc/http/route-contract';
import { isRejection, type Rejection } from '@lego-moc/kernel/decider';
import { derivedId } from '@lego-moc/kernel/ids';
import {
  adviseMissing,
  type Advice,
  type AdviceRejection,
  type CandidateNumbers,
  type LotAdvice,
} from '../../application/advise-missing.ts';
import { checkMocs } from '../../application/check-mocs.ts';
import type { PartColours } from '../../application/ports/part-colours.ts';
import type { SetInventories } from '../../application/ports/set-inventories.ts';
import type { WishReader } from '../../application/ports/wish-reader.ts';
import { wishlistSubjects, type WishlistSubjects } from '../../application/wishlist-subjects.ts';
import {
  ADVICE_LOTS_MAX,
  ADVICE_SETS_MAX,
  adviceReply,
  adviceRequest,
  type AdviceReply,
} from '../../contracts/advice-api.ts';
import { MOCS_MAX, type BuildabilityRequest } from '../../contracts/buildability-api.ts';
import { itemOfKey } from '../../domain/buildability/item-key.ts';
import { TOO_MANY_QUESTIONS } from './buildability-contracts.ts';
import { toBuildProblem, toQuestion, type BuildabilityRoutes } from './buildability.route.ts';

export const readAdvice = defineRoute({
  ...{ method: 'post', path: '/v1/inventory/advice', tags: ['Shopping'], body: adviceRequest },
  summary: 'Say which missing pieces are hard to buy in their colour, and what one more set would bring',
  description: 'Nothing is changed. The ETag differs whenever the answer does.',
  replies: {
    200: { description: 'Missing parts with other colours, and the sets', schema: adviceReply },
    404: { description: 'moc-not-found, or set-inventory-not-found: the catalogue does not say what is in the set' },
    409: {
      description:
        'parts-not-counted, no-wished-mocs: no wish links to a MOC with a counted list, or catalogue-moved: a catalogue was imported meanwhile',
    },
    422: { description: 'lot-not-found or too-many-lots' },
    ...TOO_MANY_QUESTIONS,
  },
});

const toProblem = ({ rejected, because, details }: Rejection<AdviceRejection>): Reply => {
  if (rejected === 'catalogue-moved') return problem(409, rejected, because, { headers: { 'retry-after': '1' } });
  if (rejected === 'set-inventory-not-found')
    return problem(404, rejected, because, {
      errors: [{ pointer: `/sets/${String(details?.['set'] ?? 0)}`, detail: because }],
    });
  return toBuildProblem({ rejected, because, ...(details === undefined ? {} : { details }) });
};

const toLot = ({ part, colour, quantity, reason, supply, others, othersLeftOut }: LotAdvice) => ({
  ...{ ...itemOfKey(part), colour, quantity, reason, ...supply },
  ...{ otherColours: [...others], otherColoursLeftOut: othersLeftOut },
});

const toReply = ({ answer, list, lots, sets, setsWithoutInventory }: Advice, setsLeftOut: number): AdviceReply => ({
  ...{ catalogueRelease: answer.release, inventoryRevision: answer.inventoryRevision, progress: answer.progress },
  missingPieces: list.sums.missingPieces,
  lots: lots.slice(0, ADVICE_LOTS_MAX).map(toLot),
  lotsLeftOut: Math.max(0, lots.length - ADVICE_LOTS_MAX),
  ...{ sets: [...sets], setsWithoutInventory: [...setsWithoutInventory], setsLeftOut },
});

const NO_SUBJECTS: WishlistSubjects = { mocIds: [], setNumbers: [] };

/** The MOCs of the request, then those of the wishlist. */
const withWishedMocs = (
  mocs: BuildabilityRequest['mocs'],
  mocIds: WishlistSubjects['mocIds'],
): BuildabilityRequest['mocs'] => {
  const wishedMocs = mocIds.filter((mocId) => mocs.every((moc) => moc.mocId !== mocId));
  return [...mocs, ...wishedMocs.map((mocId) => ({ mocId, lots: [] }))].slice(0, MOCS_MAX);
};

/** As many sets as one answer weighs. */
const candidatesOf = (
  namedNumbers: readonly string[],
  wishedNumbers: readonly string[],
): { readonly candidates: CandidateNumbers; readonly setsLeftOut: number } => {
  const others = wishedNumbers.filter((number) => !namedNumbers.includes(number));
  const room = ADVICE_SETS_MAX - namedNumbers.length;
  return {
    candidates: { named: namedNumbers, wished: others.slice(0, room) },
    setsLeftOut: Math.max(0, others.length - room),
  };
};

const noWishedMocs = problem(
  409,
  'no-wished-mocs',
  'No wish links to a MOC that has a counted parts list. Name a MOC, or add a wish with its link.',
);

export type AdviceRoute = BuildabilityRoutes & {
  readonly colours: PartColours;
  readonly sets: SetInventories;
  readonly wishes: WishReader;
};

/** The route that advises about what MOCs miss. */
export const adviceRoute = (needs: AdviceRoute): Router => {
  const advise = adviseMissing({ ...needs, check: checkMocs(needs) });

  const readSubjects = wishlistSubjects(needs);

  return route(readAdvice, ({ request, body: { sets, wishlist, ...body } }) =>
    needs.answerInTurn(userOf(request).id, async () => {
      const [reader, cause] = [userOf(request).id, causeOf(request)];
      const subjects = wishlist ? await readSubjects(reader, cause) : NO_SUBJECTS;
      const question = toQuestion({ ...body, mocs: withWishedMocs(body.mocs, subjects.mocIds) });
      if (question.mocs.length === 0) return noWishedMocs;
      const { candidates, setsLeftOut } = candidatesOf(sets, subjects.setNumbers);
      const advice = await advise(reader, question, candidates, cause);
      if (isRejection<AdviceRejection>(advice)) return toProblem(advice);
      const reply = toReply(advice, setsLeftOut);
      // Prices change without a new release, so the answer itself is in the tag.
      return ok(reply, { etag: derivedId('advice', advice.answer.tag, JSON.stringify(reply)) });
    }),
  );
};
