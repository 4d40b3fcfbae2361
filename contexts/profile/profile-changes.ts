import { entityId } from '@lego-moc/event-store/delivered-event';
import { catchUp } from '@lego-moc/event-store/catch-up';
import type { EventStoreClient } from '@lego-moc/event-store/connect';
import type { DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import type { UserId } from '@lego-moc/kernel/message';
import type { Logger } from '@lego-moc/logger/logger';
import { CACHE_TTL_MS } from './adapters/cache/cached-profiles.ts';
import { profileCodec } from './adapters/event-store/profile-codec.ts';
import type { ProfileReader } from './application/ports/profile-reader.ts';
import type { ProfileStates } from './application/profile-states.ts';

export const PROFILE_STREAMS = { streamPrefixes: ['profile-'] };

type FollowOptions = {
  readonly client: EventStoreClient;
  readonly reader: Pick<ProfileReader, 'noteRevision'>;
  readonly states: Pick<ProfileStates, 'latest'>;
  readonly logger: Logger;
};

export const userOf = (stream: string): UserId => entityId(stream) as UserId;

export const isErasure = (type: string, data: unknown): boolean =>
  profileCodec.decode(type, data)?.type === 'UserErased';

/** Events that cannot be decoded count as erasures: dropping a cached profile does no harm. */
const mayBeErasure = (type: string, data: unknown): boolean => {
  try {
    return isErasure(type, data);
  } catch {
    return true;
  }
};

/** Every instance follows all changes, to drop outdated profiles from its own memory. */
export const followProfileChanges = ({ client, reader, states, logger }: FollowOptions) => {
  const stopping = new AbortController();
  /** The folded state is in clear text; folded anew it holds nothing personal. */
  const dropFromMemory = async (userId: UserId): Promise<void> => {
    await states.latest(userId).catch((error: unknown) => {
      logger.warn('An erased user stays in memory until another one takes the place', { userId, error });
    });
  };
  const listen = async (): Promise<void> => {
    for await (const { stream, revision, type, data } of catchUp(client, {
      source: PROFILE_STREAMS,
      from: 'end',
      live: true,
      signal: stopping.signal,
    })) {
      await reader.noteRevision(userOf(stream), revision);
      if (mayBeErasure(type, data)) await dropFromMemory(userOf(stream));
    }
  };
  const listening = listen().catch((error: unknown) => {
    logger.error('The subscription to changes ended: profiles may be up to five minutes old', { error });
  });
  return {
    stop: () => {
      stopping.abort();
      return listening;
    },
  };
};

/** A cached profile could not be deleted; it is retried until it can be, or until the entry has expired. */
class CacheAway extends Error {
  readonly outage = true;
}

/**
 * Invalidates the shared cache: the instance that made a change may have died before it deleted the entry, and the
 * cache may have been unreachable.
 */
export const invalidateCache =
  (reader: Pick<ProfileReader, 'noteRevision'>) =>
  async ({ stream, revision, recordedAt }: DeliveredEvent): Promise<void> => {
    const isDeleted = await reader.noteRevision(userOf(stream), revision);
    if (!isDeleted && Date.now() - Date.parse(recordedAt) < CACHE_TTL_MS)
      throw new CacheAway('The cache is unreachable, and may hold what has changed');
  };
