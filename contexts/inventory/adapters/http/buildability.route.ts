import { Router } from 'express';
import { callerOf, userOf } from '@lego-moc/http/caller';
import { causeOf } from '@lego-moc/http/cause';
import { refuse, type ProblemReply } from '@lego-moc/http/problem';
import { ok, problem } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { isRejection, type Rejection } from '@lego-moc/kernel/decider';
import {
  checkMocs,
  type BuildDependencies,
  type BuildQuestion,
  type BuildRejection,
} from '../../application/check-mocs.ts';
import type { ScoreStore } from '../../application/ports/score-store.ts';
import { rankMocs } from '../../application/rank-mocs.ts';
import type { BuildabilityRequest } from '../../contracts/buildability-api.ts';
import { listBuildable, readBuildability, readPercentages } from './buildability-contracts.ts';
import { buildabilityReplyOf } from './buildability-reply.ts';
import type { AnswerInTurn } from './questions-in-flight.ts';

const STATUS: Record<BuildRejection, number> = {
  'moc-not-found': 404,
  'parts-not-counted': 409,
  'lot-not-found': 422,
  'too-many-lots': 422,
};

/** A rejection as problem details, which point at the MOC or its lot. */
export const toBuildProblem = ({ rejected, because, details = {} }: Rejection<BuildRejection>): ProblemReply => {
  const { moc, lot, lotsMax } = details;
  const place = lot === undefined ? 'mocId' : `lots/${String(lot)}`;
  return problem(STATUS[rejected], rejected, because, {
    errors: [{ pointer: moc === undefined ? '/mocs' : `/mocs/${String(moc)}/${place}`, detail: because }],
    ...(lotsMax === undefined ? {} : { members: { lotsMax } }),
  });
};

/** The question of a request. */
export const toQuestion = (body: Omit<BuildabilityRequest, 'show'>): BuildQuestion => ({
  reservations: body.reservations,
  mocs: body.mocs.map(({ mocId, lots, tolerance, hiddenTolerance }) => ({
    mocId,
    tolerances: {
      tolerance: tolerance ?? body.tolerance,
      hiddenTolerance: hiddenTolerance ?? body.hiddenTolerance,
    },
    choices: lots.map((choice) => ({ ...choice, tolerance: choice.tolerance ?? null })),
  })),
});

export type BuildabilityRoutes = BuildDependencies & { readonly answerInTurn: AnswerInTurn };
type RoutesWithRanking = BuildabilityRoutes & { readonly scores: ScoreStore };

/** Routes that say what can be built. */
export const buildabilityRoutes = (needs: RoutesWithRanking): Router => {
  const check = checkMocs(needs);
  const rank = rankMocs(needs);

  return Router().use(
    route(readBuildability, ({ request, body: { show, ...question } }) =>
      needs.answerInTurn(userOf(request).id, async () => {
        const answer = await check(userOf(request).id, toQuestion(question), causeOf(request));
        if (isRejection<BuildRejection>(answer)) return toBuildProblem(answer);
        return ok(buildabilityReplyOf(answer, show), { etag: answer.tag });
      }),
    ),

    route(listBuildable, ({ request, query: { relations, colour, ...query } }) =>
      needs.answerInTurn(userOf(request).id, async () => {
        const [reader, cause] = [userOf(request).id, causeOf(request)];
        const page = await needs.mocs.page(query, reader, cause);
        if (page === 'invalid-cursor')
          return problem(400, 'cursor-invalid', 'A cursor is taken from the page before, unchanged.');
        const { release, inventoryRevision, mocs } = await rank(page.mocs, reader, { relations, colour }, cause);
        return ok({
          ...{ catalogueRelease: release, inventoryRevision, nextCursor: page.nextCursor },
          mocs: mocs.map(({ moc: { mocId, title }, progress }) => ({ mocId, title, progress })),
        });
      }),
    ),

    route(readPercentages, ({ request, query: { mocs: mocIds, relations, colour } }) => {
      if (callerOf(request).service === undefined)
        refuse(403, 'services-only', 'POST /v1/buildability says what you can build.');
      const [reader, cause] = [userOf(request).id, causeOf(request)];
      return needs.answerInTurn(reader, async () => {
        const mocs = await needs.mocs.some(mocIds, reader, cause);
        const ranking = await rank([...mocs.values()], reader, { relations, colour }, cause);
        return ok({
          ...{ catalogueRelease: ranking.release, inventoryRevision: ranking.inventoryRevision },
          mocs: ranking.mocs.map(({ moc: { mocId }, progress: { lots, pieces } }) => ({
            ...{ mocId, lots: lots.percentage, pieces: pieces.percentage },
          })),
        });
      });
    }),
  );
};
