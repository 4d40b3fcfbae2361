import type { persistent } from '../wire/persistent.ts';
import { readStreamName } from '../wire/shared.ts';
import type { EventFilter } from './event-filter.ts';
import type { ConsumerStrategy, GroupSettings } from './group/settings.ts';
import { ALL, type GroupRequest } from './group-definition.ts';
import type { GroupName } from './groups.ts';

type WireSettings = persistent.CreateReq.Settings | persistent.UpdateReq.Settings;
type WireStart = {
  hasStart(): boolean;
  hasEnd(): boolean;
};

/** A request as parsed from the wire, or the reason why it is invalid. */
export type ParseResult = GroupRequest | { readonly invalid: string };

/** The end, in the deprecated field that says where to begin. */
const END_REVISION = 18446744073709551615n;
const TICKS_PER_MS = 10_000n;

/** In the order of the deprecated enumeration. */
const STRATEGIES: readonly ConsumerStrategy[] = ['DispatchToSingle', 'RoundRobin', 'Pinned'];
const STRATEGIES_BY_NAME: Readonly<Record<string, ConsumerStrategy>> = {
  RoundRobin: 'RoundRobin',
  DispatchToSingle: 'DispatchToSingle',
  Pinned: 'Pinned',
  PinnedByCorrelation: 'PinnedByCorrelation',
};

const strategyOf = (settings: WireSettings): ConsumerStrategy | undefined => {
  const strategyName = 'getConsumerStrategy' in settings ? settings.getConsumerStrategy() : '';
  return strategyName === '' ? STRATEGIES[settings.getNamedConsumerStrategy()] : STRATEGIES_BY_NAME[strategyName];
};

const ticksToMs = (ticks: string): number => Number(BigInt(ticks) / TICKS_PER_MS);

const settingsOf = (settings: WireSettings, strategy: ConsumerStrategy): GroupSettings => ({
  resolveLinkTos: settings.getResolveLinks(),
  extraStatistics: settings.getExtraStatistics(),
  messageTimeoutMs: settings.hasMessageTimeoutTicks()
    ? ticksToMs(settings.getMessageTimeoutTicks())
    : settings.getMessageTimeoutMs(),
  checkpointAfterMs: settings.hasCheckpointAfterTicks()
    ? ticksToMs(settings.getCheckpointAfterTicks())
    : settings.getCheckpointAfterMs(),
  maxRetryCount: settings.getMaxRetryCount(),
  minCheckpointCount: settings.getMinCheckpointCount(),
  maxCheckpointCount: settings.getMaxCheckpointCount(),
  maxSubscriberCount: settings.getMaxSubscriberCount(),
  liveBufferSize: settings.getLiveBufferSize(),
  readBatchSize: settings.getReadBatchSize(),
  historyBufferSize: settings.getHistoryBufferSize(),
  strategy,
});

const startOf = (start: WireStart, at: () => string): bigint | 'end' => {
  if (start.hasEnd()) return 'end';
  return start.hasStart() ? 0n : BigInt(at() === '' ? '0' : at());
};

const filterOf = (filter: persistent.CreateReq.AllOptions.FilterOptions | undefined): EventFilter | undefined => {
  const expression = filter?.getStreamIdentifier() ?? filter?.getEventType();
  if (filter === undefined || expression === undefined) return undefined;
  const prefixes = expression.getPrefixList();
  return {
    on: filter.hasStreamIdentifier() ? 'stream-name' : 'event-type',
    matching: prefixes.length > 0 ? { prefixes } : { regex: expression.getRegex() },
  };
};

type Origin = Pick<GroupRequest, 'stream' | 'startFrom' | 'filter'>;
type Options = persistent.CreateReq.Options | persistent.UpdateReq.Options;

/** Why there can be no such group, as far as the request alone says so. */
const objectionTo = (options: Options, { stream }: Origin, name: string): string | undefined => {
  if (name === '' || stream === '') return 'A stream and a group name are required';
  const all = options.getAll();
  if (all === undefined) return stream === ALL ? 'A group on $all is created with the option all' : undefined;
  const position = all.getPosition();
  if (position === undefined) return undefined;
  const isOrdered = BigInt(position.getPreparePosition()) <= BigInt(position.getCommitPosition());
  return isOrdered ? undefined : 'The prepare position lies beyond the commit position';
};

const originOf = (options: Options, settings: WireSettings): Origin => {
  const all = options.getAll();
  if (all !== undefined) {
    return {
      stream: ALL,
      startFrom: startOf(all, () => all.getPosition()?.getCommitPosition() ?? '0'),
      filter: 'getFilter' in all ? filterOf(all.getFilter()) : undefined,
    };
  }
  const stream = options.getStream();
  if (stream !== undefined) {
    const startFrom = startOf(stream, () => stream.getRevision());
    return { stream: readStreamName(stream.getStreamIdentifier()), startFrom, filter: undefined };
  }
  const revision = BigInt(settings.getRevision());
  const startFrom = revision === END_REVISION ? 'end' : revision;
  return { stream: readStreamName(options.getStreamIdentifier()), startFrom, filter: undefined };
};

export const parseRequest = (message: persistent.CreateReq | persistent.UpdateReq): ParseResult => {
  const options = message.getOptions();
  const settings = options?.getSettings();
  if (options === undefined || settings === undefined) return { invalid: 'Options with settings are required' };
  const strategy = strategyOf(settings);
  if (strategy === undefined) return { invalid: 'The consumer strategy does not exist' };
  const name = options.getGroupName();
  const origin = originOf(options, settings);
  const objection = objectionTo(options, origin, name);
  if (objection !== undefined) return { invalid: objection };
  return { ...origin, name, settings: settingsOf(settings, strategy) };
};

type NamingOptions = {
  hasAll(): boolean;
  getStreamIdentifier: persistent.DeleteReq.Options['getStreamIdentifier'];
  getGroupName(): string;
};

/** The group that a request is about. */
export const groupNameOf = (options: NamingOptions | undefined): GroupName => ({
  stream: options?.hasAll() === true ? ALL : readStreamName(options?.getStreamIdentifier()),
  name: options?.getGroupName() ?? '',
});
