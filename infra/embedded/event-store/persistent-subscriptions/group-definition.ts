import type { EventFilter } from './event-filter.ts';
import type { GroupSettings } from './group/settings.ts';

export const ALL = '$all';

/** A consumer group as its creator wants it. */
export type GroupRequest = {
  /** The stream it consumes, or `$all`. */
  readonly stream: string;
  readonly name: string;
  readonly settings: GroupSettings;
  /** First event to consume: a revision, in `$all` a position; `'end'` is whatever comes next. */
  readonly startFrom: bigint | 'end';
  /** Only of `$all`. */
  readonly filter: EventFilter | undefined;
};

/** ... and as it is kept. */
export type GroupDefinition = GroupRequest & {
  /** The event after which it began. Kept, so that `'end'` means the end at its creation even after a restart. */
  readonly after: bigint;
};

export const keyOf = ({ stream, name }: Pick<GroupRequest, 'stream' | 'name'>): string => `${stream}::${name}`;

export const checkpointStreamOf = (key: string): string => `$persistentsubscription-${key}-checkpoint`;
export const parkedStreamOf = (key: string): string => `$persistentsubscription-${key}-parked`;

/** Positions as EventStoreDB writes them in checkpoints and statistics: a revision, or `C:…/P:…` in `$all`. */
export const formatPosition = (stream: string, position: bigint): string =>
  stream === ALL ? `C:${position.toString()}/P:${position.toString()}` : position.toString();

const POSITION = /^(?:C:(?<commit>-?\d+)\/P:-?\d+|(?<revision>-?\d+))$/;

/** Undefined when the text is no position. */
export const parsePosition = (text: string): bigint | undefined => {
  const { commit, revision } = POSITION.exec(text)?.groups ?? {};
  const digits = commit ?? revision;
  return digits === undefined ? undefined : BigInt(digits);
};
