export const CONSUMER_STRATEGIES = ['RoundRobin', 'DispatchToSingle', 'Pinned', 'PinnedByCorrelation'] as const;

export type ConsumerStrategy = (typeof CONSUMER_STRATEGIES)[number];

/** How a group reads, hands out, retries and remembers. Counts are of events, 0 subscribers means any number. */
export type GroupSettings = {
  readonly resolveLinkTos: boolean;
  readonly extraStatistics: boolean;
  readonly messageTimeoutMs: number;
  readonly maxRetryCount: number;
  readonly checkpointAfterMs: number;
  readonly minCheckpointCount: number;
  readonly maxCheckpointCount: number;
  readonly maxSubscriberCount: number;
  readonly liveBufferSize: number;
  readonly readBatchSize: number;
  readonly historyBufferSize: number;
  readonly strategy: ConsumerStrategy;
};

const MUST_NOT_BE_NEGATIVE = [
  'messageTimeoutMs',
  'maxRetryCount',
  'checkpointAfterMs',
  'minCheckpointCount',
  'maxSubscriberCount',
] as const;

const MUST_BE_POSITIVE = ['liveBufferSize', 'readBatchSize', 'historyBufferSize', 'maxCheckpointCount'] as const;

/** Why a group cannot run with these settings, or undefined when it can. */
export const unusable = (settings: GroupSettings): string | undefined => {
  const negative = MUST_NOT_BE_NEGATIVE.find((name) => settings[name] < 0);
  if (negative !== undefined) return `${negative} must not be negative`;

  const notPositive = MUST_BE_POSITIVE.find((name) => settings[name] <= 0);
  if (notPositive !== undefined) return `${notPositive} must be greater than zero`;

  if (settings.readBatchSize >= settings.historyBufferSize)
    return 'The read batch size must be smaller than the history buffer size';
  return undefined;
};
