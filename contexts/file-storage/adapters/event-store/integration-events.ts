import type { DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import type { Announcement } from '@lego-moc/event-store/integration-events';
import { unreachable } from '@lego-moc/kernel/decider';
import type { FileDeletedPayload } from '../../contracts/integration-events.ts';
import { fileView } from '../../application/file-view.ts';
import { fileCodec } from './file-codec.ts';

/** The integration event of a file's event; none for events of other categories. */
export const toIntegrationEvents = ({ type, data, revision }: DeliveredEvent): readonly Announcement[] => {
  const event = fileCodec.decode(type, data);
  if (event === undefined) return [];
  const about = { subject: event.data.fileId, revision: String(revision) };
  switch (event.type) {
    case 'FileStored':
      return [{ ...about, eventType: 'file.stored', payload: fileView(event.data) }];
    case 'FileDiscarded': {
      const { fileId, discardedAt } = event.data;
      const payload: FileDeletedPayload = { fileId, deletedAt: discardedAt };
      return [{ ...about, eventType: 'file.deleted', payload }];
    }
    case 'UploadAbandoned':
      return [];
    default:
      return unreachable(event);
  }
};
