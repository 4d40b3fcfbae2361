import type { Router } from 'express';
import { foldedStates } from '@lego-moc/application/folded-states';
import { entityId, type DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import { deleteReplies } from '@lego-moc/http/postgres-idempotency-store';
import type { UserId } from '@lego-moc/kernel/message';
import { PROFILE_EVENTS, profilePayload } from '@lego-moc/profile/contracts/integration-events';
import type { Scope } from '@lego-moc/service/scope';
import { readOwnCrossWalkCsv } from './adapters/cross-walk-files/cross-walk-csv.ts';
import { CUSTOM_PARTS, customPartsCodec } from './adapters/event-store/custom-parts-codec.ts';
import { ownLinksCodec, PART_LINKS } from './adapters/event-store/own-links-codec.ts';
import { customPartRoutes } from './adapters/http/custom-part.route.ts';
import { partLinkRoutes } from './adapters/http/part-link.route.ts';
import { changeCustomParts } from './application/change-custom-parts.ts';
import { changePartLinks } from './application/change-part-links.ts';
import { ownPartsIn } from './application/own-parts.ts';
import type { Catalogue } from './application/ports/catalogue.ts';
import type { LotResolution } from './application/ports/lot-resolution.ts';
import type { OwnPartsOf } from './application/ports/own-parts.ts';
import { customPartsDecider } from './domain/custom-parts.ts';
import { ownLinksDecider } from './domain/own-links.ts';

type Needs = { readonly catalogue: Catalogue; readonly resolution: Pick<LotResolution, 'noteCustomParts'> };

type OwnPartsRoutes = { readonly ownPartsOf: OwnPartsOf; readonly routes: readonly Router[] };

/**
 * Declares what users add to the catalogue for their own lists, custom parts and tables of part numbers: their routes, and
 * that unknown lots of their owner are checked again after each change.
 */
export const declareOwnParts = (it: Scope, { catalogue, resolution }: Needs): OwnPartsRoutes => {
  const states = foldedStates(customPartsDecider, it.streams(CUSTOM_PARTS, customPartsCodec, customPartsDecider));
  const changes = changeCustomParts({ states, catalogue, now: it.clock });
  const linkStates = foldedStates(ownLinksDecider, it.streams(PART_LINKS, ownLinksCodec, ownLinksDecider));
  const linkChanges = changePartLinks({ states: linkStates, catalogue, read: readOwnCrossWalkCsv, now: it.clock });
  const ownPartsOf = ownPartsIn(states, linkStates);

  const noteChange = async ({ stream }: DeliveredEvent): Promise<void> => {
    const owner = entityId(stream) as UserId;
    await resolution.noteCustomParts(owner, (await ownPartsOf(owner)).changes);
  };
  it.on('file-processing-custom-parts', { streamPrefixes: [`${CUSTOM_PARTS}-`] }, noteChange);
  it.on('file-processing-part-links', { streamPrefixes: [`${PART_LINKS}-`] }, noteChange);

  const removeReplies = deleteReplies(it.db);
  it.onIntegrationEvent(
    'file-processing-custom-part-erasure',
    { stream: PROFILE_EVENTS, payload: profilePayload },
    async ({ payload, cause }) => {
      if (payload.status !== 'erased') return;
      await changes.erase(payload.userId as UserId, cause);
      await linkChanges.erase(payload.userId as UserId, cause);
      await removeReplies(payload.userId);
    },
  );

  return {
    ownPartsOf,
    routes: [customPartRoutes({ states, changes }), partLinkRoutes({ states: linkStates, changes: linkChanges })],
  };
};
