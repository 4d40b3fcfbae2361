/** An event of the source that the group wants, as a read found it. */
export type SourceEvent = {
  /** The id by which consumers acknowledge it: that of the link if there is one, of the event otherwise. */
  readonly ackId: string;
  /** Revision in the source stream, position in `$all`, or revision in the parked stream. */
  readonly position: bigint;
  /** Where the event before it stands, wanted or not: the checkpoint when everything before it is done. */
  readonly previous: bigint;
  /** Its place among the events that this read considered, counted from 1. */
  readonly ordinal: number;
  /** Position in the log, where its content is to be found: a message carries none, so buffers weigh little. */
  readonly logPosition: bigint;
  /** The slice of the source that pinned strategies keep with one consumer. */
  readonly bucket: number;
};

/** An event on its way through the group, until it is acknowledged, skipped or parked. */
export type Message = Omit<SourceEvent, 'ordinal'> & {
  readonly origin: 'source' | 'parked';
  /** Counts the events that the group has considered, so that distances mean something in `$all` as well. */
  readonly sequence: number;
  retryCount: number;
  isDone: boolean;
};

export const messageFrom = (
  { ordinal, ...sourceEvent }: SourceEvent,
  origin: Message['origin'],
  sequenceBefore: number,
): Message => ({ ...sourceEvent, origin, sequence: sequenceBefore + ordinal, retryCount: 0, isDone: false });
