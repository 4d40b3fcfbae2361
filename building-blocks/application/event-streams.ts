import { derivedId } from '@lego-moc/kernel/ids';
import type { Instant } from '@lego-moc/kernel/message';

/** The revision of a stream: the number of its last event, counted from 0. */
export type Revision = bigint | 'no-stream';

/** Why an append happened; travels as event metadata. */
export type Cause = {
  /** Names the intention: two appends with one command id store their events once. A UUID. */
  readonly commandId: string;
  readonly correlationId: string;
  /** The actor: a user id, or the name of a process. */
  readonly actor: string;
  /** The trace that it belongs to, in the form of the W3C header. */
  readonly traceparent?: string;
  /** Id of the event that led to the append. */
  readonly causedBy?: string;
};

export type History<Event> = {
  readonly events: readonly Event[];
  readonly revision: Revision;
};

/** An event as the store keeps it: the fact, and where and when it was recorded. */
export type RecordedEvent<Event> = {
  readonly event: Event;
  readonly eventId: string;
  /** The full name of its stream, `<category>-<id>`. */
  readonly stream: string;
  /** The id part of that name. */
  readonly id: string;
  readonly revision: bigint;
  readonly recordedAt: Instant;
  readonly cause: Cause;
};

/** The streams of one category, each named by the id of its aggregate or process. */
export interface EventStreams<Event> {
  /** An unknown id reads as an empty history at `'no-stream'`. Throws on an event that the codec does not know. */
  read(id: string): Promise<History<Event>>;

  /** The recorded events from revision `from` on, oldest first, passing over those the codec does not know. */
  readEvents(id: string, from?: bigint): AsyncIterable<RecordedEvent<Event>>;

  /**
   * All or nothing, and once only for the same cause. Throws `StreamMoved` if the stream is no longer at
   * `expected`; `'any'` appends wherever the stream stands. Appending no events changes nothing.
   */
  append(id: string, events: readonly Event[], expected: Revision | 'any', cause: Cause): Promise<Revision>;
}

/**
 * The id of event number `index` of an append: the same for a repetition of the append. It follows from the revision
 * that was decided on, too, so that two decisions of one command never share ids.
 */
export const derivedEventId = (
  { commandId }: Pick<Cause, 'commandId'>,
  stream: string,
  expected: Revision | 'any',
  index: number,
): string => derivedId(commandId, stream, ...(typeof expected === 'bigint' ? [String(expected)] : []), String(index));

/** Another writer was faster. No fault of the message that led to it: whoever handles messages tries again. */
export class StreamMoved extends Error {
  readonly outage = true;

  constructor(stream: string, expected: Revision | 'any') {
    super(`Stream ${stream} is no longer at revision ${String(expected)}`);
    this.name = 'StreamMoved';
  }
}
