import type { EventStoreClient } from '@lego-moc/event-store/connect';
import { integrationEnvelope, publishIntegrationEvents } from '@lego-moc/event-store/integration';
import { subscribePersistently, type Delivered, type Subscription } from '@lego-moc/event-store/subscriptions';
import {
  fileProcessingPayload,
  INTEGRATION_STREAM as FILE_PROCESSING_EVENTS,
} from '@lego-moc/file-processing/contracts/integration-events';
import type { HandleCommand } from '@lego-moc/kernel/command-handler';
import { derivedId } from '@lego-moc/kernel/ids';
import type { EventStreams } from '@lego-moc/kernel/event-streams';
import type { Logger } from '@lego-moc/logger/logger';
import { announceMoc } from './adapters/event-store/announcements.ts';
import { mocCodec } from './adapters/event-store/moc-codec.ts';
import { CONCERNS_HOUSEKEEPING, tidyUp } from './application/housekeeping.ts';
import { partsResults } from './application/parts-results.ts';
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
  readonly files: FileStore;
  readonly logger: Logger;
};

const SERVICE = 'moc-management';
const MOC_STREAMS = { streamPrefixes: ['moc-'] };

const fileProcessingEvent = integrationEnvelope(fileProcessingPayload);

/** Telling other contexts, hearing from them, and tidying up. */
export const reactions = ({ client, mocStreams, mocs, titles, files, logger }: Needs): readonly Subscription[] => {
  const tidy = tidyUp(mocStreams, titles, files);
  const settle = partsResults(mocs);
  const because = (group: string, { eventId, cause }: Delivered) => ({
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
        await settle(payload, because('file-processing', delivered));
      },
    }),
  ];
};
