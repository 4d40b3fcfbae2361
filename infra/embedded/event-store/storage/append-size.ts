import type { ProposedEvent } from './event-log.ts';

/** What an event counts towards the limit of an append: its data, and neither metadata nor type, as in 23.10. */
export const limitedBytes = ({ data }: Pick<ProposedEvent, 'data'>): number => data.length;

/** What an event takes in memory while its append is under way, in bytes. */
export const heldBytes = ({ data, metadata, type }: Omit<ProposedEvent, 'id' | 'contentType'>): number =>
  data.length + metadata.length + 2 * type.length;

/** The sum over the events of one append. */
export const sumOf = <Event>(events: readonly Event[], bytesOf: (event: Event) => number): number =>
  events.reduce((sum, event) => sum + bytesOf(event), 0);
