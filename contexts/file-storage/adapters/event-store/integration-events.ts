import type { DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import type { Announcement } from '@lego-moc/event-store/integration-events';
import { unreachable } from '@lego-moc/kernel/decider';
import type {
  FileDeletedPayload,
  FileProcessedPayload,
  FileWithdrawnPayload,
} from '../../contracts/integration-events.ts';
import { fileView, publicImage } from '../../application/file-view.ts';
import { fileCodec } from './file-codec.ts';

/** The integration event of a file's event; none for events of other categories. */
export const toIntegrationEvents = ({ type, data, revision }: DeliveredEvent): readonly Announcement[] => {
  const event = fileCodec.decode(type, data);
  if (event === undefined) return [];
  const announcement = { subject: event.data.fileId, revision: String(revision) };
  switch (event.type) {
    case 'FileStored':
      return [{ ...announcement, eventType: 'file.stored', payload: fileView(event.data) }];
    case 'FileProcessed': {
      const { fileId, owner, purpose, image, processedAt } = event.data;
      const about = { fileId, owner, purpose, processedAt };
      const payload: FileProcessedPayload = { ...about, status: 'processed', image: publicImage(image) };
      return [{ ...announcement, eventType: 'file.processed', payload }];
    }
    case 'FileProcessingFailed': {
      const { fileId, owner, purpose, failedAt: processedAt } = event.data;
      const payload: FileProcessedPayload = { fileId, owner, purpose, processedAt, status: 'failed' };
      return [{ ...announcement, eventType: 'file.processed', payload }];
    }
    case 'FileDiscarded': {
      const { fileId, discardedAt } = event.data;
      const payload: FileDeletedPayload = { fileId, deletedAt: discardedAt };
      return [{ ...announcement, eventType: 'file.deleted', payload }];
    }
    case 'FileWithdrawn': {
      const { fileId, owner, purpose, infectedWith: reason, withdrawnAt } = event.data;
      const payload: FileWithdrawnPayload = { fileId, owner, purpose, reason, withdrawnAt };
      return [{ ...announcement, eventType: 'file.withdrawn', payload }];
    }
    case 'UploadOffered':
    case 'UploadAbandoned':
      return [];
    default:
      return unreachable(event);
  }
};
