import type { Direction } from '../storage/event-log.ts';
import { isInvalidStream } from '../storage/stream-metadata.ts';
import { readStreamName } from '../wire/shared.ts';
import { streams } from '../wire/streams.ts';
import { handlerFailed, invalidArgument } from '../wire/errors.ts';
import { CallRefused } from './rpc-failure.ts';
import { regularExpression, type EventFilter } from './filter.ts';

type Options = streams.ReadReq.Options;

export type StartPoint = 'start' | 'end' | bigint;

export type ReadQuery = {
  /** undefined: the whole log. */
  readonly stream: string | undefined;
  /** Inclusive for reads (exclusive backwards on the whole log), exclusive for subscriptions. */
  readonly from: StartPoint;
  readonly direction: Direction;
  readonly resolveLinks: boolean;
  /** undefined: a subscription, which does not end. */
  readonly max: bigint | undefined;
  readonly filter: EventFilter | undefined;
  /** A filtered subscription reports its position after this many events, matching or not. */
  readonly checkpointInterval: number;
  readonly structuredIds: boolean;
};

/** EventStoreDB's search window where the client leaves it open. */
const DEFAULT_WINDOW = 32;

/** Throws `CallRefused` where the options are missing, contradict each other or ask for nothing. */
export const readQuery = (request: streams.ReadReq): ReadQuery => {
  const options = request.getOptions();
  if (options === undefined) throw invalid('Options are missing');
  rejectInvalidOptions(options);
  const isSubscription = options.hasSubscription();
  const filter = options.getFilter();
  return {
    ...source(options),
    direction: isBackwards(options) ? 'backwards' : 'forwards',
    resolveLinks: options.getResolveLinks(),
    max: isSubscription ? undefined : BigInt(options.getCount()),
    filter: filter === undefined ? undefined : eventFilter(filter),
    checkpointInterval: filter === undefined ? DEFAULT_WINDOW : checkpointInterval(filter),
    structuredIds: options.getUuidOption()?.hasString() !== true,
  };
};

const invalid = (why: string): CallRefused => new CallRefused(invalidArgument(why));

const isBackwards = (options: Options): boolean =>
  options.getReadDirection() === streams.ReadReq.Options.ReadDirection.BACKWARDS;

const rejectInvalidOptions = (options: Options): void => {
  const isSubscription = options.hasSubscription();
  if (!isSubscription && !options.hasCount()) throw invalid('Neither a count nor a subscription was asked for');
  if (isSubscription && isBackwards(options)) throw invalid('A subscription cannot run backwards');
  // EventStoreDB never ends such a read of the whole log.
  if (options.hasAll() && !isSubscription && BigInt(options.getCount()) === 0n) {
    throw invalid('maxCount is 0: ask for at least one event');
  }
  if (options.hasFilter() && !options.hasAll()) throw invalid('Only the whole log can be filtered');
};

const source = (options: Options): { stream: string | undefined; from: StartPoint } => {
  const all = options.getAll();
  if (all !== undefined) {
    const position = all.getPosition();
    if (position !== undefined) return { stream: undefined, from: BigInt(position.getCommitPosition()) };
    return { stream: undefined, from: all.hasEnd() ? 'end' : 'start' };
  }
  const streamOptions = options.getStream();
  const stream = readStreamName(streamOptions?.getStreamIdentifier());
  if (streamOptions === undefined || isInvalidStream(stream)) throw invalid('The stream name is not valid');
  if (streamOptions.hasRevision()) return { stream, from: BigInt(streamOptions.getRevision()) };
  return { stream, from: streamOptions.hasEnd() ? 'end' : 'start' };
};

const eventFilter = (filter: streams.ReadReq.Options.FilterOptions): EventFilter => {
  const byStream = filter.getStreamIdentifier();
  const expression = byStream ?? filter.getEventType();
  if (expression === undefined) throw invalid('The filter filters on nothing');
  const on = byStream === undefined ? 'event-type' : 'stream-name';
  const prefixes = expression.getPrefixList();
  if (prefixes.length > 0) return { on, match: { prefixes } };
  return { on, match: { regex: regexOf(expression.getRegex()) } };
};

const regexOf = (source: string): RegExp => {
  const regex = regularExpression(source);
  if (regex === undefined) throw new CallRefused(handlerFailed());
  return regex;
};

const checkpointInterval = (filter: streams.ReadReq.Options.FilterOptions): number => {
  const window = filter.hasMax() ? filter.getMax() : DEFAULT_WINDOW;
  const multiplier = filter.getCheckpointintervalmultiplier();
  if (window === 0 || multiplier === 0) throw invalid('Window and checkpoint interval must be above zero');
  return window * multiplier;
};
