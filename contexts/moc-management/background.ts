import type { EventStoreClient } from '@lego-moc/event-store/connect';
import { integrationEnvelope } from '@lego-moc/event-store/integration-events';
import { publishIntegrationEvents } from '@lego-moc/event-store/publisher';
import type { DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import { subscribePersistently } from '@lego-moc/event-store/persistent-subscription';
import type { Subscription } from '@lego-moc/event-store/subscription';
import {
  fileProcessingPayload,
  INTEGRATION_STREAM as FILE_PROCESSING_EVENTS,
} from '@lego-moc/file-processing/contracts/integration-events';
import type { Clock } from '@lego-moc/application/clock';
import type { HandleCommand } from '@lego-moc/application/command-handler';
import { derivedId } from '@lego-moc/kernel/ids';
import type { EventStreams } from '@lego-moc/application/event-streams';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { Logger } from '@lego-moc/logger/logger';
import { PROFILE_EVENTS, profilePayload } from '@lego-moc/profile/contracts/integration-events';
import { announceMoc } from './adapters/event-store/announcements.ts';
import { mocCodec } from './adapters/event-store/moc-codec.ts';
import { eraseOwner, type MocsOf } from './application/owner-erasure.ts';
import { CONCERNS_HOUSEKEEPING, tidyUp } from './application/housekeeping.ts';
import { partsResults } from './application/parts-results.ts';
import type { Owners } from './application/owners.ts';
import type { FileStore } from './application/ports/file-store.ts';
import type { Titles } from './application/titles.ts';
import type { MocCommand } from './domain/moc-commands.ts';
import type { MocEvent } from './domain/moc-events.ts';
import type { MocRejection } from './domain/moc.ts';

type Needs = {
  readonly client: EventStoreClient;
  readonly mocStreams: EventStreams<MocEvent>;
  readonly mocs: HandleCommand<MocCommand, MocRejection>;
  readonly titles: Titles;
  readonly owners: Owners;
  readonly files: FileStore;
  readonly mocsOf: MocsOf;
  readonly now: Clock;
  readonly logger: Logger;
};

const SERVICE = 'moc-management';
const MOC_STREAMS = { streamPrefixes: ['moc-'] };

const fileProcessingEvent = integrationEnvelope(fileProcessingPayload);
const profileEvent = integrationEnvelope(profilePayload);

/** Publishes this context's events, reacts to those of others, and releases what MOCs no longer hold. */
export const reactions = (needs: Needs): readonly Subscription[] => {
  const { client, mocStreams, mocs, titles, files, logger } = needs;
  const erase = eraseOwner(needs.owners, needs.mocsOf, mocs, needs.now);
  const tidy = tidyUp(mocStreams, titles, files);
  const recordResult = partsResults(mocs);
  const because = (group: string, { eventId, cause }: DeliveredEvent) => ({
    ...cause,
    commandId: derivedId(group, eventId),
    actor: group,
  });

  return [
    publishIntegrationEvents(client, {
      context: SERVICE,
      source: MOC_STREAMS,
      translate: announceMoc(mocStreams),
      logger,
    }),
    subscribePersistently(client, {
      group: `${SERVICE}-housekeeping`,
      source: MOC_STREAMS,
      logger,
      handle: async (delivered) => {
        const event = mocCodec.decode(delivered.type, delivered.data);
        if (event === undefined || !CONCERNS_HOUSEKEEPING.has(event.type)) return;
        await tidy(event.data.mocId, because('housekeeping', delivered));
      },
    }),
    subscribePersistently(client, {
      group: SERVICE,
      source: { stream: FILE_PROCESSING_EVENTS },
      logger,
      handle: async (delivered) => {
        const { payload } = fileProcessingEvent.parse(delivered.data);
        await recordResult(payload, because('file-processing', delivered));
      },
    }),
    subscribePersistently(client, {
      group: `${SERVICE}-forgetting`,
      source: { stream: PROFILE_EVENTS },
      logger,
      handle: async (delivered) => {
        const { payload } = profileEvent.parse(delivered.data);
        if (payload.status !== 'erased') return;
        const { userId, erasedAt } = payload;
        await erase(userId as UserId, erasedAt as Instant, because('forgetting', delivered));
      },
    }),
  ];
};
