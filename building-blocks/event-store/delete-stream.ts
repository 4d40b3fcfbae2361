import type { EventStoreClient } from './connect.ts';
import { lastRevision } from './read-stream.ts';
import { retryUnavailable } from './retry.ts';

/**
 * Deletes a stream: its events are not read any more, and a scavenge removes them. Nothing happens when it is not there
 * (any more). Throws `EventStoreUnavailable`.
 */
export const deleteStream = async (client: EventStoreClient, stream: string): Promise<void> => {
  const isThere = async (): Promise<boolean> => (await lastRevision(client, stream)) !== 'no-stream';
  if (!(await isThere())) return;
  try {
    await retryUnavailable(client, () => client.deleteStream(stream));
  } catch (error) {
    // The store refuses to delete what another process, or an attempt whose answer was lost, has deleted.
    if (await isThere()) throw error;
  }
};
