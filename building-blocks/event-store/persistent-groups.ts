import {
  PersistentSubscriptionDoesNotExistError,
  PersistentSubscriptionExistsError,
  persistentSubscriptionToAllSettingsFromDefaults,
  persistentSubscriptionToStreamSettingsFromDefaults,
  START,
  END,
  StreamNotFoundError,
  type PersistentSubscriptionToAllInfo,
  type PersistentSubscriptionToStreamInfo,
} from '@eventstore/db-client';
import type { Instant } from '@lego-moc/kernel/message';
import { asking } from './asking.ts';
import type { EventStoreClient } from './connect.ts';
import { deliveredFrom, type Delivered, type Source } from './delivered.ts';
import { filterOf } from './source-filter.ts';

/**
 * How often the store itself offers a message before it parks it. High, because it also counts restarts of ours and
 * outages of what we depend on: only a message that keeps killing its consumer ever gets there.
 */
const OFFERS_MAX = 200;

/** A group as the store sees it. */
export type GroupInfo = {
  readonly group: string;
  readonly status: string;
  readonly connections: number;
  readonly inFlight: number;
  /** Read or waiting for a retry, and not yet handed to anyone. */
  readonly waiting: number;
  readonly parked: number;
  /** Revision (of a stream) or commit position (of the whole log); undefined until the group has seen an event. */
  readonly lastKnown: bigint | undefined;
  readonly lastCheckpointed: bigint | undefined;
};

/** A message that was given up on, and why. */
export type Parked = {
  /** Its place among the parked, counted from 0; it never changes. */
  readonly number: bigint;
  readonly reason: string;
  readonly parkedAt: Instant | undefined;
  /** `<revision>@<stream>`, also when the event itself is gone. */
  readonly link: string;
  readonly delivered: Delivered | undefined;
};

type GroupSettings = {
  readonly messageTimeoutMs: number;
  readonly concurrency: number;
  readonly startFrom: 'start' | 'end';
};

/** Creates the group unless it exists; an existing one keeps its place and its settings. */
export const createGroup = async (
  client: EventStoreClient,
  group: string,
  source: Source,
  { messageTimeoutMs, concurrency, startFrom }: GroupSettings,
): Promise<void> => {
  const from = startFrom === 'start' ? START : END;
  const settings = {
    startFrom: from,
    messageTimeout: messageTimeoutMs,
    maxRetryCount: OFFERS_MAX,
    // A checkpoint soon after every message: a restart repeats little, and lag is what it says.
    checkPointAfter: 1_000,
    checkPointLowerBound: 1,
    historyBufferSize: 500,
    liveBufferSize: 500,
    readBatchSize: Math.min(100, Math.max(20, concurrency * 2)),
  } as const;
  try {
    await asking(() =>
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
  }
};

const standing = async (client: EventStoreClient, group: string, source: Source): Promise<GroupInfo> => {
  if ('stream' in source) {
    const info = await client.getPersistentSubscriptionToStreamInfo(source.stream, group);
    const { lastKnownEventRevision, lastCheckpointedEventRevision } = info.stats;
    return { ...figuresOf(info), lastKnown: lastKnownEventRevision, lastCheckpointed: lastCheckpointedEventRevision };
  }
  const info = await client.getPersistentSubscriptionToAllInfo(group);
  const { lastKnownEventPosition, lastCheckpointedEventPosition } = info.stats;
  return {
    ...figuresOf(info),
    lastKnown: lastKnownEventPosition?.commit,
    lastCheckpointed: lastCheckpointedEventPosition?.commit,
  };
};

const figuresOf = ({
  groupName,
  status,
  connections,
  stats,
}: PersistentSubscriptionToAllInfo | PersistentSubscriptionToStreamInfo) => ({
  group: groupName,
  status,
  connections: connections.length,
  inFlight: stats.totalInFlightMessages,
  waiting: stats.readBufferCount + Number(stats.liveBufferCount) + stats.retryBufferCount,
  parked: Number(stats.parkedMessageCount),
});

/** How the group stands; `undefined` when nobody has ever subscribed. Throws `EventStoreUnavailable`. */
export const groupInfo = async (
  client: EventStoreClient,
  group: string,
  source: Source,
): Promise<GroupInfo | undefined> => {
  try {
    return await asking(() => standing(client, group, source));
  } catch (error) {
    if (error instanceof PersistentSubscriptionDoesNotExistError) return undefined;
    throw error;
  }
};

const parkedStream = (group: string, source: Source): string =>
  `$persistentsubscription-${'stream' in source ? source.stream : '$all'}::${group}-parked`;

/** The messages that the group gave up on, oldest first; those replayed since are no longer among them. */
export const parkedMessages = async (
  client: EventStoreClient,
  group: string,
  source: Source,
  limit = 100,
): Promise<readonly Parked[]> =>
  asking(async () => {
    const parked: Parked[] = [];
    try {
      const messages = client.readStream(parkedStream(group, source), { resolveLinkTos: true, maxCount: limit });
      for await (const { event, link, commitPosition } of messages) {
        const record = link ?? event;
        if (record === undefined) continue;
        const { reason, added } = (record.metadata ?? {}) as { reason?: string; added?: string };
        parked.push({
          number: record.revision,
          reason: (reason ?? 'unknown').replace(/^Client explicitly NAK'ed message\.\r?\n/, ''),
          parkedAt: added as Instant | undefined,
          link: Buffer.from(record.data as Uint8Array).toString('utf8'),
          delivered: link === undefined || event === undefined ? undefined : deliveredFrom(event, commitPosition),
        });
      }
    } catch (error) {
      if (!(error instanceof StreamNotFoundError)) throw error;
    }
    return parked;
  });

/** Offers the parked messages again: all of them, or those numbered below `stopAt`. */
export const replayParked = (
  client: EventStoreClient,
  group: string,
  source: Source,
  stopAt?: bigint,
): Promise<void> => {
  const options = stopAt === undefined ? {} : { stopAt: Number(stopAt) };
  return asking(() =>
    'stream' in source
      ? client.replayParkedMessagesToStream(source.stream, group, options)
      : client.replayParkedMessagesToAll(group, options),
  );
};
