import type { ProposedEvent } from '../storage/event-log.ts';
import type { ProposedMessage } from '../wire/batch-append-request.ts';
import { invalidArgument, missingRequiredMetadata } from '../wire/errors.ts';
import { CallRefused } from './rpc-failure.ts';

/** Throws `CallRefused` when the message has no UUID, type or content type. */
export const proposedEvent = ({ id, type, contentType, data, metadata }: ProposedMessage): ProposedEvent => {
  if (id === undefined) throw new CallRefused(invalidArgument('The event id is not a UUID'));
  if (type === undefined || contentType === undefined) throw new CallRefused(missingRequiredMetadata());
  const isJson = contentType === 'application/json';
  return { id, type, contentType: isJson ? contentType : 'application/octet-stream', data, metadata };
};
