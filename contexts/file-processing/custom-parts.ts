import type { Router } from 'express';
import { foldedStates } from '@lego-moc/application/folded-states';
import { entityId, type DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import { deleteReplies } from '@lego-moc/http/postgres-idempotency-store';
import type { UserId } from '@lego-moc/kernel/message';
import { PROFILE_EVENTS, profilePayload } from '@lego-moc/profile/contracts/integration-events';
import type { Scope } from '@lego-moc/service/scope';
import { CUSTOM_PARTS, customPartsCodec } from './adapters/event-store/custom-parts-codec.ts';
import { customPartRoutes } from './adapters/http/custom-part.route.ts';
import { changeCustomParts } from './application/change-custom-parts.ts';
import { ownPartsIn } from './application/own-parts.ts';
import type { Catalogue } from './application/ports/catalogue.ts';
import type { LotResolution } from './application/ports/lot-resolution.ts';
import type { OwnPartsOf } from './application/ports/own-parts.ts';
import { customPartsDecider } from './domain/custom-parts.ts';

type Needs = { readonly catalogue: Catalogue; readonly resolution: Pick<LotResolution, 'noteCustomParts'> };

type CustomPartsParts = {
  readonly ownPartsOf: OwnPartsOf;
  readonly routes: Router;
};

/** Declares custom parts: their routes, and that unknown lots of their owner are checked again when one is added. */
export const declareCustomParts = (it: Scope, { catalogue, resolution }: Needs): CustomPartsParts => {
  const states = foldedStates(customPartsDecider, it.streams(CUSTOM_PARTS, customPartsCodec, customPartsDecider));
  const changes = changeCustomParts({ states, catalogue, now: it.clock });

  it.on(
    'file-processing-custom-parts',
    { streamPrefixes: [`${CUSTOM_PARTS}-`] },
    async ({ stream, revision }: DeliveredEvent) => {
      await resolution.noteCustomParts(entityId(stream) as UserId, Number(revision) + 1);
    },
  );

  const removeReplies = deleteReplies(it.db);
  it.onIntegrationEvent(
    'file-processing-custom-part-erasure',
    { stream: PROFILE_EVENTS, payload: profilePayload },
    async ({ payload, cause }) => {
      if (payload.status !== 'erased') return;
      await changes.erase(payload.userId as UserId, cause);
      await removeReplies(payload.userId);
    },
  );

  return { ownPartsOf: ownPartsIn(states), routes: customPartRoutes({ states, changes }) };
};
