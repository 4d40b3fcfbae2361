import type { EventStoreClient } from './connect.ts';
import type { Source } from './delivered-event.ts';
import type { GroupInfo } from './persistent-groups.ts';
import type { Instant } from '@lego-moc/kernel/message';
import { lastRevision, readStreamEvents } from './read-stream.ts';
import type { SubscriptionStatus } from './subscription.ts';

/** How far a group is behind its source. */
export type Lag = {
  /** Whether the group still reads events that were recorded before, instead of receiving them as they are recorded. */
  readonly isBehind: boolean;
  /** Events that are not handled yet; `null` where the store cannot tell: behind in the whole log. */
  readonly events: number | null;
  /** Age in seconds of the event that was handled last, while `events` is unknown. */
  readonly seconds?: number;
};

/** The lag of one group, from the figures of the store and of this process. Throws `EventStoreUnavailable`. */
export const measureLag = async (
  client: EventStoreClient,
  source: Source,
  {
    isLive,
    waiting,
    inFlight,
    lastCheckpointed,
  }: Pick<GroupInfo, 'isLive' | 'waiting' | 'inFlight' | 'lastCheckpointed'>,
  { lastHandled }: Pick<SubscriptionStatus, 'lastHandled'>,
): Promise<Lag> => {
  if (isLive) return { isBehind: false, events: waiting + inFlight };
  if ('stream' in source) {
    const end = await lastRevision(client, source.stream);
    const lastHandledRevision = lastHandled?.revision ?? lastCheckpointed ?? -1n;
    return {
      isBehind: true,
      events: end === 'no-stream' || end < lastHandledRevision ? 0 : Number(end - lastHandledRevision),
    };
  }
  if (lastHandled === undefined) return { isBehind: true, events: null };
  const seconds = Math.max(0, Math.round((Date.now() - Date.parse(lastHandled.recordedAt)) / 1_000));
  return { isBehind: true, events: null, seconds };
};

type HandlingFigures = Pick<SubscriptionStatus, 'lastHandled' | 'oldestInFlight'>;

/** When the event behind the last handled one of a stream was recorded. */
const nextRecordedAt = async (
  client: EventStoreClient,
  stream: string,
  lastCheckpointed: bigint | undefined,
  { lastHandled }: HandlingFigures,
): Promise<Instant | undefined> => {
  for await (const { recordedAt } of readStreamEvents(
    client,
    stream,
    (lastHandled?.revision ?? lastCheckpointed ?? -1n) + 1n,
  ))
    return recordedAt;
  return undefined;
};

const ageInSeconds = (recordedAt: Instant): number => Math.max(0, (Date.now() - Date.parse(recordedAt)) / 1_000);

/**
 * Age of the first event that a group has not handled yet, 0 without any. `undefined` when nobody knows: the group is
 * behind in the whole log, and this process has handled nothing of it. Throws `EventStoreUnavailable`.
 */
export const measureLagSeconds = async (
  client: EventStoreClient,
  source: Source,
  {
    isLive,
    waiting,
    inFlight,
    lastCheckpointed,
  }: Pick<GroupInfo, 'isLive' | 'waiting' | 'inFlight' | 'lastCheckpointed'>,
  status: HandlingFigures,
): Promise<number | undefined> => {
  if (isLive && waiting + inFlight === 0) return 0;
  if (status.oldestInFlight !== undefined) return ageInSeconds(status.oldestInFlight);
  if ('stream' in source) {
    const recordedAt = await nextRecordedAt(client, source.stream, lastCheckpointed, status);
    return recordedAt === undefined ? 0 : ageInSeconds(recordedAt);
  }
  return status.lastHandled === undefined ? undefined : ageInSeconds(status.lastHandled.recordedAt);
};

/** The lag of several sources together: their events, and the greatest age. */
export const addLags = (lags: readonly Lag[]): Lag => {
  const ages = lags.flatMap(({ seconds }) => seconds ?? []);
  return {
    isBehind: lags.some(({ isBehind }) => isBehind),
    events: lags.reduce<number | null>((sum, { events }) => (sum === null || events === null ? null : sum + events), 0),
    ...(ages.length === 0 ? {} : { seconds: Math.max(...ages) }),
  };
};
