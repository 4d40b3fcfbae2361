import type { EventStoreClient } from '@lego-moc/event-store/connect';
import { entityId } from '@lego-moc/event-store/delivered-event';
import { publishIntegrationEvents } from '@lego-moc/event-store/publisher';
import { catchUp } from '@lego-moc/event-store/catch-up';
import { subscribePersistently } from '@lego-moc/event-store/persistent-subscription';
import type { EventStreams } from '@lego-moc/application/event-streams';
import type { UserId } from '@lego-moc/kernel/message';
import type { Logger } from '@lego-moc/logger/logger';
import { CACHE_TTL_MS } from './adapters/cache/cached-profiles.ts';
import { toIntegrationEvents } from './adapters/event-store/integration-events.ts';
import { profileCodec } from './adapters/event-store/profile-codec.ts';
import { eraseUserData, type UserData } from './application/erasure.ts';
import type { ProfileReader } from './application/ports/profile-reader.ts';
import type { ProfileStates } from './application/profile-states.ts';
import type { SealedProfileEvent } from './application/sealed-events.ts';

type Needs = {
  readonly client: EventStoreClient;
  readonly sealed: EventStreams<SealedProfileEvent>;
  readonly reader: Pick<ProfileReader, 'noteRevision'>;
  readonly states: Pick<ProfileStates, 'latest'>;
  readonly forgetting: UserData;
  readonly logger: Logger;
};

type Running = { readonly stop: () => Promise<void> };

const SOURCE = { streamPrefixes: ['profile-'] };

const userOf = (stream: string): UserId => entityId(stream) as UserId;

const isErasure = (type: string, data: unknown): boolean => profileCodec.decode(type, data)?.type === 'UserErased';

/** What cannot be read may be anything. */
const mayBeErasure = (type: string, data: unknown): boolean => {
  try {
    return isErasure(type, data);
  } catch {
    return true;
  }
};

/** Every instance hears all the news: what it has in its own memory, and what it may show, is its own business. */
const followProfileChanges = ({ client, reader, states, logger }: Needs): Running => {
  const stopping = new AbortController();
  /** What was folded here is in clear; read anew it is that of nobody. */
  const forgetHere = async (userId: UserId): Promise<void> => {
    await states.latest(userId).catch((error: unknown) => {
      logger.warn('An erased user stays in memory until another one takes the place', { userId, error });
    });
  };
  const listen = async (): Promise<void> => {
    for await (const { stream, revision, type, data } of catchUp(client, {
      source: SOURCE,
      from: 'end',
      live: true,
      signal: stopping.signal,
    })) {
      await reader.noteRevision(userOf(stream), revision);
      if (mayBeErasure(type, data)) await forgetHere(userOf(stream));
    }
  };
  const listening = listen().catch((error: unknown) => {
    logger.error('No longer hears of changes: profiles may be shown as they were five minutes ago', { error });
  });
  return {
    stop: () => {
      stopping.abort();
      return listening;
    },
  };
};

/** What is cached of somebody could not be deleted: it is tried again until it can, or until it has lapsed. */
class CacheAway extends Error {
  readonly outage = true;
}

/**
 * What other instances share is invalidated by the news, too: whoever made a change may have died before deleting what
 * was cached, and the cache may have been away.
 */
const invalidateCache = ({ client, reader, logger }: Needs): Running =>
  subscribePersistently(client, {
    group: 'profile-cache',
    source: SOURCE,
    startFrom: 'end',
    logger,
    handle: async ({ stream, revision, recordedAt }) => {
      const isGone = await reader.noteRevision(userOf(stream), revision);
      if (!isGone && Date.now() - Date.parse(recordedAt) < CACHE_TTL_MS)
        throw new CacheAway('The cache is away, and may hold what has changed');
    },
  });

/** Telling other contexts, forgetting who is erased, and keeping the cache honest. */
export const reactions = (needs: Needs): readonly Running[] => {
  const { client, sealed, forgetting, logger } = needs;
  const forget = eraseUserData(forgetting);
  return [
    followProfileChanges(needs),
    invalidateCache(needs),
    publishIntegrationEvents(client, {
      context: 'profile',
      source: SOURCE,
      translate: toIntegrationEvents(sealed),
      logger,
    }),
    subscribePersistently(client, {
      group: 'profile-forgetting',
      source: SOURCE,
      logger,
      handle: async ({ stream, type, data }) => {
        if (isErasure(type, data)) await forget(userOf(stream));
      },
    }),
  ];
};
