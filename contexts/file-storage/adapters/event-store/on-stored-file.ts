import { reactionTo, type DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import { derivedId } from '@lego-moc/kernel/ids';
import type { ProcessFile } from '../../application/renditions.ts';
import { fileCodec } from './file-codec.ts';

const NAME = 'file-renditions';

/** Has every stored file processed, once for its event however often that is delivered. */
export const onStoredFile =
  (process: ProcessFile) =>
  async (delivery: DeliveredEvent): Promise<void> => {
    const event = fileCodec.decode(delivery.type, delivery.data);
    if (event?.type !== 'FileStored') return;
    const commandId = derivedId(NAME, delivery.eventId);
    await process(event.data.fileId, reactionTo(delivery, { commandId, actor: NAME }));
  };
