import type { ProposedEvent } from '../storage/event-log.ts';
import { invalidArgument, missingRequiredMetadata } from '../wire/errors.ts';
import { readUuid, type shared } from '../wire/shared.ts';
import { CallRefused } from './failure-of.ts';

/** What the two kinds of append have in common on the wire. */
export type ProposedMessage = {
  getId(): shared.UUID | undefined;
  getMetadataMap(): { get(key: string): string | undefined };
  getCustomMetadata_asU8(): Uint8Array;
  getData_asU8(): Uint8Array;
};

/** Throws `CallRefused` when the message has no UUID, type or content type. */
export const proposedEvent = (message: ProposedMessage): ProposedEvent => {
  const id = readUuid(message.getId());
  if (id === undefined) throw new CallRefused(invalidArgument('The event id is not a UUID'));
  const properties = message.getMetadataMap();
  const type = properties.get('type');
  const contentType = properties.get('content-type');
  if (type === undefined || contentType === undefined) throw new CallRefused(missingRequiredMetadata());
  return {
    id,
    type,
    contentType: contentType === 'application/json' ? contentType : 'application/octet-stream',
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
};
