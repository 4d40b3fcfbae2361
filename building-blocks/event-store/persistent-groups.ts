import {
  PersistentSubscriptionDoesNotExistError,
  PersistentSubscriptionExistsError,
  persistentSubscriptionToAllSettingsFromDefaults,
  persistentSubscriptionToStreamSettingsFromDefaults,
  START,
  END,
  StreamNotFoundError,
  UNBOUNDED,
  type PersistentSubscriptionToAllInfo,
  type PersistentSubscriptionToAllSettings,
  type PersistentSubscriptionToStreamInfo,
} from '@eventstore/db-client';
import type { Instant } from '@lego-moc/kernel/message';
import { retryUnavailable } from './retry.ts';
import type { EventStoreClient } from './connect.ts';
import { toDeliveredEvent, type DeliveredEvent, type Source } from './delivered-event.ts';
import { parseReason } from './dead-letters/parking-reason.ts';
import { filterOf } from './source-filter.ts';

/**
 * How often the store delivers a message before it parks it. High, because restarts and outages count too: only a message
 * that keeps crashing its consumer ever gets there.
 */
const MAX_DELIVERIES = 200;

/** A group as the store sees it. */
export type GroupInfo = {
  readonly group: string;
  /** Whether it delivers events as they are recorded, rather than reading those recorded before. */
  readonly isLive: boolean;
  readonly connections: number;
  readonly inFlight: number;
  /** Read or waiting for a retry, and not yet delivered. */
  readonly waiting: number;
  readonly parked: number;
  /** Revision (of a stream) or commit position (of the whole log); undefined until the group has seen an event. */
  readonly lastKnown: bigint | undefined;
  readonly lastCheckpointed: bigint | undefined;
};

/** A message that a consumer could not handle, and why. */
export type ParkedMessage = {
  /** Its number among the parked messages, counted from 0; it never changes. */
  readonly number: bigint;
  readonly reason: string;
  /** The first place in the platform's own code, where one is known. */
  readonly frame: string | undefined;
  readonly parkedAt: Instant | undefined;
  /** `<revision>@<stream>`, also when the event itself is gone. */
  readonly link: string;
  readonly event: DeliveredEvent | undefined;
};

type GroupSettings = {
  readonly messageTimeoutMs: number;
  readonly concurrency: number;
  readonly startFrom: 'start' | 'end';
  /** One consumer at a time. */
  readonly exclusive: boolean;
};

/** An older group on the whole log may admit several consumers; to change that, the store drops those that it has. */
const makeExclusive = async (
  client: EventStoreClient,
  group: string,
  settings: PersistentSubscriptionToAllSettings,
): Promise<void> => {
  const info = await retryUnavailable(client, () => client.getPersistentSubscriptionToAllInfo(group));
  if (info.settings.maxSubscriberCount === 1) return;
  await retryUnavailable(client, () => client.updatePersistentSubscriptionToAll(group, settings));
};

/**
 * Creates the group unless it exists; an existing one keeps its place and its settings, except that it becomes
 * exclusive. Throws `EventStoreUnavailable`.
 */
export const createGroup = async (
  client: EventStoreClient,
  group: string,
  source: Source,
  { messageTimeoutMs, concurrency, startFrom, exclusive }: GroupSettings,
): Promise<void> => {
  const from = startFrom === 'start' ? START : END;
  const settings = {
    startFrom: from,
    messageTimeout: messageTimeoutMs,
    maxRetryCount: MAX_DELIVERIES,
    // A checkpoint soon after every message, so that a restart repeats little.
    checkPointAfter: 1_000,
    checkPointLowerBound: 1,
    historyBufferSize: 500,
    liveBufferSize: 500,
    readBatchSize: Math.min(100, Math.max(20, concurrency * 2)),
    maxSubscriberCount: exclusive ? 1 : UNBOUNDED,
  } as const;
  try {
    await retryUnavailable(client, () =>
      'stream' in source
        ? client.createPersistentSubscriptionToStream(
            source.stream,
            group,
            persistentSubscriptionToStreamSettingsFromDefaults(settings),
          )
        : client.createPersistentSubscriptionToAll(group, persistentSubscriptionToAllSettingsFromDefaults(settings), {
            filter: filterOf(source),
          }),
    );
  } catch (error) {
    if (!(error instanceof PersistentSubscriptionExistsError)) throw error;
    if (exclusive) await makeExclusive(client, group, persistentSubscriptionToAllSettingsFromDefaults(settings));
  }
};

const fetchGroupInfo = async (client: EventStoreClient, group: string, source: Source): Promise<GroupInfo> => {
  if ('stream' in source) {
    const info = await client.getPersistentSubscriptionToStreamInfo(source.stream, group);
    const { lastKnownEventRevision, lastCheckpointedEventRevision } = info.stats;
    return {
      ...groupFigures(info),
      lastKnown: lastKnownEventRevision,
      lastCheckpointed: lastCheckpointedEventRevision,
    };
  }
  const info = await client.getPersistentSubscriptionToAllInfo(group);
  const { lastKnownEventPosition, lastCheckpointedEventPosition } = info.stats;
  return {
    ...groupFigures(info),
    lastKnown: lastKnownEventPosition?.commit,
    lastCheckpointed: lastCheckpointedEventPosition?.commit,
  };
};

const groupFigures = ({
  groupName,
  status,
  connections,
  stats,
}: PersistentSubscriptionToAllInfo | PersistentSubscriptionToStreamInfo) => ({
  group: groupName,
  isLive: /\blive\b/i.test(status),
  connections: connections.length,
  inFlight: stats.outstandingMessagesCount,
  // The live buffer keeps the latest events, delivered or not.
  waiting: stats.readBufferCount + stats.retryBufferCount,
  parked: Number(stats.parkedMessageCount),
});

/** The group's figures; `undefined` when it does not exist. Throws `EventStoreUnavailable`. */
export const groupInfo = async (
  client: EventStoreClient,
  group: string,
  source: Source,
): Promise<GroupInfo | undefined> => {
  try {
    return await retryUnavailable(client, () => fetchGroupInfo(client, group, source));
  } catch (error) {
    if (error instanceof PersistentSubscriptionDoesNotExistError) return undefined;
    throw error;
  }
};

const parkedStream = (group: string, source: Source): string =>
  `$persistentsubscription-${'stream' in source ? source.stream : '$all'}::${group}-parked`;

/** The messages that the group parked, oldest first, without those that were replayed since. */
export const parkedMessages = async (
  client: EventStoreClient,
  group: string,
  source: Source,
  limit = 100,
): Promise<readonly ParkedMessage[]> =>
  retryUnavailable(client, async () => {
    const parkedMessages: ParkedMessage[] = [];
    try {
      const messages = client.readStream(parkedStream(group, source), { resolveLinkTos: true, maxCount: limit });
      for await (const { event, link, commitPosition } of messages) {
        const record = link ?? event;
        if (record === undefined) continue;
        const { reason, added } = (record.metadata ?? {}) as { reason?: string; added?: string };
        parkedMessages.push({
          number: record.revision,
          ...parseReason(reason ?? 'unknown'),
          parkedAt: added as Instant | undefined,
          link: Buffer.from(record.data as Uint8Array).toString('utf8'),
          event: link === undefined || event === undefined ? undefined : toDeliveredEvent(event, commitPosition),
        });
      }
    } catch (error) {
      if (!(error instanceof StreamNotFoundError)) throw error;
    }
    return parkedMessages;
  });

/** Delivers the parked messages again: all of them, or those numbered below `stopAt`. */
export const replayParked = (
  client: EventStoreClient,
  group: string,
  source: Source,
  stopAt?: bigint,
): Promise<void> => {
  const options = stopAt === undefined ? {} : { stopAt: Number(stopAt) };
  return retryUnavailable(client, () =>
    'stream' in source
      ? client.replayParkedMessagesToStream(source.stream, group, options)
      : client.replayParkedMessagesToAll(group, options),
  );
};
