import { Router } from 'express';
import { ok } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import type { Builds } from '../../application/follow-builds.ts';
import { itemIdOf } from '../../application/inventory-ids.ts';
import { buildSections, type BuildSection } from '../../domain/builds/build-sections.ts';
import type { OpenBuild } from '../../domain/builds/open-build.ts';
import type { Section } from '../../domain/inventory-item-events.ts';
import * as contracts from './build-contracts.ts';
import { toPiece } from './lots-of-request.ts';
import type { Items } from './owned-item.ts';
import { buildNotFound } from './rejection-status.ts';
import { visibleBuild } from './visible-build.ts';

export type BuildSectionsRoute = { readonly builds: Pick<Builds, 'latest'>; readonly items: Pick<Items, 'latest'> };

const toReply = ({ lots, ...section }: BuildSection) => ({ ...section, lots: lots.map(toPiece) });

/** The route that says what each bag and step of a build has. */
export const buildSectionsRoute = ({ builds, items }: BuildSectionsRoute): Router => {
  const find = visibleBuild(builds);

  /** The bags and steps of the owner's item, whoever takes part in the build. */
  const itemSections = async ({ owner, source }: OpenBuild): Promise<readonly Section[]> => {
    if (source === null) return [];
    const { state } = await items.latest(itemIdOf(owner, source));
    return state.status === 'tracked' ? state.sections : [];
  };

  return Router().use(
    route(contracts.readBuildSections, async ({ request, params, query: { kind, cursor, limit } }) => {
      const result = await find(request, params.buildId);
      if (result === undefined) return buildNotFound;
      const all = buildSections(result.build.ledger, await itemSections(result.build));
      const sections = all.filter((section) => kind === undefined || section.kind === kind);
      const end = cursor + limit;
      const nextCursor = end < sections.length ? end : null;
      return ok({ sections: sections.slice(cursor, end).map(toReply), nextCursor });
    }),
  );
};
