import { CONSUMER_STRATEGIES, type ConsumerStrategy, type GroupSettings } from './group/settings.ts';
import { formatPosition, parsePosition, type GroupDefinition } from './group-definition.ts';
import type { EventFilter } from './event-filter.ts';

type Properties = Readonly<Record<string, unknown>>;

const isProperties = (value: unknown): value is Properties =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The fields of `settings` as they are named in `$persistentSubscriptionConfig`. */
const COUNTS = {
  messageTimeoutMs: 'messageTimeout',
  maxRetryCount: 'maxRetryCount',
  checkpointAfterMs: 'checkPointAfter',
  minCheckpointCount: 'minCheckPointCount',
  maxCheckpointCount: 'maxCheckPointCount',
  maxSubscriberCount: 'maxSubscriberCount',
  liveBufferSize: 'liveBufferSize',
  readBatchSize: 'readBatchSize',
  historyBufferSize: 'historyBufferSize',
} as const satisfies Partial<Record<keyof GroupSettings, string>>;

const isStrategy = (value: unknown): value is ConsumerStrategy => CONSUMER_STRATEGIES.some((name) => name === value);

const decodeSettings = (entry: Properties): GroupSettings | undefined => {
  const { resolveLinkTos, extraStatistics, namedConsumerStrategy } = entry;
  if (typeof resolveLinkTos !== 'boolean' || typeof extraStatistics !== 'boolean') return undefined;
  if (!isStrategy(namedConsumerStrategy)) return undefined;

  const counts = Object.entries(COUNTS).map(([name, key]) => [name, entry[key]] as const);
  if (!counts.every(([, count]) => typeof count === 'number')) return undefined;
  return {
    resolveLinkTos,
    extraStatistics,
    strategy: namedConsumerStrategy,
    ...(Object.fromEntries(counts) as Record<keyof typeof COUNTS, number>),
  };
};

const encodeFilter = ({ on, matching }: EventFilter) => ({
  isStreamFilter: on === 'stream-name',
  ...('regex' in matching ? { regex: matching.regex } : { prefixes: matching.prefixes }),
});

const decodeFilter = (value: unknown): EventFilter | undefined => {
  if (!isProperties(value)) return undefined;
  const on = value['isStreamFilter'] === true ? 'stream-name' : 'event-type';
  const { regex, prefixes } = value;
  if (typeof regex === 'string') return { on, matching: { regex } };
  if (!Array.isArray(prefixes)) return undefined;
  return { on, matching: { prefixes: prefixes.filter((prefix) => typeof prefix === 'string') } };
};

const encodeEntry = ({ stream, name, settings, startFrom, after, filter }: GroupDefinition) => ({
  stream,
  group: name,
  resolveLinkTos: settings.resolveLinkTos,
  extraStatistics: settings.extraStatistics,
  namedConsumerStrategy: settings.strategy,
  ...Object.fromEntries(Object.entries(COUNTS).map(([field, key]) => [key, settings[field as keyof typeof COUNTS]])),
  startPosition: formatPosition(stream, startFrom === 'end' ? -1n : startFrom),
  startedAfter: after.toString(),
  ...(filter === undefined ? {} : { filter: encodeFilter(filter) }),
});

const decodeEntry = (entry: unknown): readonly GroupDefinition[] => {
  if (!isProperties(entry)) return [];
  const { stream, group, startPosition, startedAfter } = entry;
  const settings = decodeSettings(entry);
  if (settings === undefined || typeof stream !== 'string' || typeof group !== 'string') return [];
  const startFrom = typeof startPosition === 'string' ? parsePosition(startPosition) : undefined;
  const after = typeof startedAfter === 'string' ? parsePosition(startedAfter) : undefined;
  if (startFrom === undefined || after === undefined) return [];
  return [
    {
      stream,
      name: group,
      settings,
      startFrom: startFrom === -1n ? 'end' : startFrom,
      after,
      filter: decodeFilter(entry['filter']),
    },
  ];
};

/** All groups, as the data of one `$PersistentConfig` event. */
export const encodeDefinitions = (
  definitions: readonly GroupDefinition[],
  updatedAt: string,
  updatedBy: string,
): string => JSON.stringify({ version: '2', updated: updatedAt, updatedBy, entries: definitions.map(encodeEntry) });

/** The groups of a `$PersistentConfig` event. Entries that somebody else wrote and that make no sense are left out. */
export const decodeDefinitions = (config: unknown): readonly GroupDefinition[] =>
  isProperties(config) && Array.isArray(config['entries']) ? config['entries'].flatMap(decodeEntry) : [];
