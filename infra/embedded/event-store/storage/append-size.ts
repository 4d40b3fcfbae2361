import type { ProposedEvent } from './event-log.ts';

/** What an event counts towards the limit of an append, as EventStoreDB counts it: its type in UTF-16. */
export const sizeOf = ({ data, metadata, type }: ProposedEvent): number =>
  data.length + metadata.length + 2 * type.length;
