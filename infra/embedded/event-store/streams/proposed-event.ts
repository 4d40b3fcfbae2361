import type { ProposedEvent } from '../storage/event-log.ts';
import type { ProposedMessage } from '../wire/batch-append-request.ts';
import { invalidArgument, missingRequiredMetadata } from '../wire/errors.ts';
import { CallRefused } from './rpc-failure.ts';

const NO_ID = '00000000-0000-0000-0000-000000000000';

/** Throws `CallRefused` when the message has no UUID but zeros, an empty type, or no type or content type. */
export const proposedEvent = ({ id, type, contentType, data, metadata }: ProposedMessage): ProposedEvent => {
  if (id === undefined) throw new CallRefused(invalidArgument('The event id is not a UUID'));
  if (id === NO_ID) throw new CallRefused(invalidArgument('The event id consists of zeros only'));
  if (type === undefined || contentType === undefined) throw new CallRefused(missingRequiredMetadata());
  if (type === '') throw new CallRefused(invalidArgument('The event type is empty'));
  const isJson = contentType === 'application/json';
  return { id, type, contentType: isJson ? contentType : 'application/octet-stream', data, metadata };
};
