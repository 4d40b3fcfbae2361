import { foldedStates } from '@lego-moc/application/folded-states';
import { entityId, reactionTo } from '@lego-moc/event-store/delivered-event';
import { derivedId } from '@lego-moc/kernel/ids';
import type { Scope } from '@lego-moc/service/scope';
import { buildCodec } from './adapters/event-store/build-codec.ts';
import { memberRoutes } from './adapters/http/build-members.route.ts';
import { operationRoutes } from './adapters/http/build-operations.route.ts';
import { buildSectionsRoute } from './adapters/http/build-sections.route.ts';
import { buildRoutes } from './adapters/http/builds.route.ts';
import type { Items } from './adapters/http/owned-item.ts';
import { buildReader } from './adapters/read-models/build-reader.ts';
import { inventoryBuilds } from './adapters/read-models/inventory-builds.ts';
import { followBuild, type FollowDependencies } from './application/follow-builds.ts';
import { buildDecider } from './domain/builds/build.ts';

/** Room for a dozen builds with all operations that one may have, or hundreds of usual ones. */
const BUILDS_BYTES_MAX = 16 * 1024 * 1024;

export type WithItems = { readonly items: Pick<Items, 'latest'> };

/** Declares builds: their ledgers, the stock that follows them, and their routes. */
export const declareBuilds = (it: Scope, { items, ...stock }: Omit<FollowDependencies, 'builds'> & WithItems) => {
  const streams = it.streams('build', buildCodec, buildDecider);
  const builds = foldedStates(buildDecider, streams, { bytesMax: BUILDS_BYTES_MAX });
  it.project(inventoryBuilds, buildCodec);

  const follow = followBuild({ ...stock, builds });
  it.on('build-stock', { streamPrefixes: ['build-'] }, async (event) => {
    const commandId = derivedId('build-stock', event.eventId);
    await follow(entityId(event.stream), reactionTo(event, { commandId, actor: 'build-stock' }));
  });

  const { handleInventory } = stock;
  return {
    builds,
    streams,
    routes: [
      buildRoutes({ builds, handleInventory, reader: buildReader(it.db), now: it.clock }),
      buildSectionsRoute({ builds, items }),
      operationRoutes({ builds, streams, now: it.clock }),
      memberRoutes({ builds, handleInventory, now: it.clock }),
    ],
  };
};
