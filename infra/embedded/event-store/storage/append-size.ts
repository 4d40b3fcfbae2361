import type { ProposedEvent } from './event-log.ts';

/** The bytes of an event that count towards the limit of an append: data, and neither metadata nor type, as in 23.10. */
export const limitedBytes = ({ data }: Pick<ProposedEvent, 'data'>): number => data.length;

/** The bytes of memory that an event takes while its append is in progress. */
export const heldBytes = ({ data, metadata, type }: Omit<ProposedEvent, 'id' | 'contentType'>): number =>
  data.length + metadata.length + 2 * type.length;

/** The sum over the events of one append. */
export const sumOf = <Event>(events: readonly Event[], bytesOf: (event: Event) => number): number =>
  events.reduce((sum, event) => sum + bytesOf(event), 0);
