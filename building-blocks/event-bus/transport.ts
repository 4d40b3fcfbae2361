/** A message as a queue delivers it: perhaps not for the first time. */
export type BusMessage = {
  /** The stream that the event is in: messages of one stream are handled one after the other. */
  readonly stream: string;
  /** The envelope as JSON. */
  readonly body: string;
  /** Aborts when the message will be delivered again whatever becomes of it: the connection is lost. */
  readonly signal: AbortSignal;
};

/** What becomes of a message: it is removed from its queue, or moved to the dead letters with a reason. */
export type MessageOutcome = 'done' | { readonly deadLetter: string };

export type QueueOptions = {
  /** Names the queue: whoever consumes it shares its messages, one consumer at a time. */
  readonly queue: string;
  /** Routing keys with `*` for one word and `#` for any number of words: `moc-management.#`, `*.moc.created`. */
  readonly patterns: readonly string[];
  /** Messages that are delivered and have no outcome yet. */
  readonly prefetch: number;
};

/** The messages of a bus, as those see it who subscribe. */
export interface BusTransport {
  /**
   * Delivers the messages of a durable queue in its order, each until it has an outcome; `handle` never rejects.
   * `state` says whether messages can arrive.
   */
  consume(options: QueueOptions, handle: (message: BusMessage) => Promise<MessageOutcome>): RunningQueue;
}

export type RunningQueue = {
  readonly state: () => 'connecting' | 'live' | 'waiting' | 'stopped';
  /** Accepts no more messages and disconnects; those without an outcome will be delivered again. */
  readonly stop: () => Promise<void>;
};
