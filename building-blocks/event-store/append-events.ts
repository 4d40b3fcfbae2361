import { ANY, NO_STREAM, WrongExpectedVersionError, type EventData } from '@eventstore/db-client';
import { StreamMoved, type Revision } from '@lego-moc/application/event-streams';
import type { EventStoreClient } from './connect.ts';
import { retryUnavailable } from './retry.ts';

const EXPECTED = { any: ANY, 'no-stream': NO_STREAM } as const;

/**
 * Appends, and repeats the append while its outcome is unknown: the event ids make a repetition harmless. Returns the
 * revision of the last event appended.
 * Throws `StreamMoved`, `EventStoreUnavailable`.
 */
export const appendEvents = async (
  client: EventStoreClient,
  stream: string,
  events: readonly EventData[],
  expected: Revision | 'any',
): Promise<Revision> => {
  const expectedRevision = typeof expected === 'bigint' ? expected : EXPECTED[expected];
  try {
    const { nextExpectedRevision } = await retryUnavailable(() =>
      client.appendToStream(stream, [...events], { expectedRevision }),
    );
    return nextExpectedRevision;
  } catch (error) {
    throw error instanceof WrongExpectedVersionError ? new StreamMoved(stream, expected) : error;
  }
};
