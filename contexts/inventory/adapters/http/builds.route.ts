import { Router } from 'express';
import type { Clock } from '@lego-moc/application/clock';
import { causeOf } from '@lego-moc/http/cause';
import { userOf } from '@lego-moc/http/caller';
import { createdReply, ok } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { isRejection } from '@lego-moc/kernel/decider';
import { derivedId } from '@lego-moc/kernel/ids';
import { beginBuild as begin, type BeginDependencies } from '../../application/begin-build.ts';
import { toBuildReply } from '../../application/build-reply.ts';
import type { BuildReader } from '../../application/ports/build-reader.ts';
import type { BuildId } from '../../domain/builds/build-events.ts';
import { balancesOf } from '../../domain/builds/ledger.ts';
import { pieceOf } from '../../domain/lots.ts';
import * as contracts from './build-contracts.ts';
import { etagOf } from './owned-item.ts';
import { buildNotFound, toProblem } from './rejection-status.ts';
import { buildReplyOf, visibleBuild } from './visible-build.ts';

export type BuildRoutes = BeginDependencies & {
  readonly reader: BuildReader;
  readonly now: Clock;
};

/** Routes that begin and show builds. */
export const buildRoutes = (needs: BuildRoutes): Router => {
  const { builds, reader, now } = needs;
  const beginOne = begin(needs);

  const find = visibleBuild(builds);

  return Router().use(
    route(contracts.listBuilds, async ({ request, query }) => ok(await reader.page(userOf(request).id, query))),

    route(contracts.beginBuild, async ({ request, body }) => {
      const cause = causeOf(request);
      const buildId = derivedId('build', cause.commandId) as BuildId;
      const outcome = await beginOne({ buildId, owner: userOf(request).id, ...body, at: now() }, cause);
      if (isRejection(outcome)) return toProblem(outcome);
      const result = await find(request, buildId);
      if (result === undefined) return buildNotFound;
      return createdReply(
        `/v1/inventory/builds/${buildId}`,
        toBuildReply(result.build, userOf(request).id),
        etagOf(result.revision),
      );
    }),

    route(contracts.readBuild, async ({ request, params }) => {
      const result = await find(request, params.buildId);
      return result === undefined ? buildNotFound : buildReplyOf(request, result);
    }),

    route(contracts.readBuildLots, async ({ request, params, query: { cursor, limit } }) => {
      const result = await find(request, params.buildId);
      if (result === undefined) return buildNotFound;
      const lots = [...balancesOf(result.build.ledger)].filter(([lot]) => lot > cursor);
      const page = lots.toSorted(([a], [b]) => (a < b ? -1 : 1)).slice(0, limit);
      const nextCursor = page.length < lots.length ? (page.at(-1)?.[0] ?? null) : null;
      const replies = page.map(([lot, { stock, ...accounts }]) => ({ ...pieceOf(lot), taken: -stock, ...accounts }));
      return ok({ lots: replies, nextCursor }, { etag: etagOf(result.revision) });
    }),
  );
};
