export type ContentType = 'application/json' | 'application/octet-stream';

/** A record of the log. Treat `data` and `metadata` as read-only bytes. */
export type StoredEvent = {
  /** Opaque and increasing: gaps are normal. */
  readonly position: bigint;
  readonly stream: string;
  readonly revision: bigint;
  /** A UUID in lower case. */
  readonly id: string;
  readonly type: string;
  readonly contentType: ContentType;
  /** In 100-nanosecond ticks since the Unix epoch; never goes back within one log. */
  readonly created: bigint;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
};

export type ProposedEvent = Pick<StoredEvent, 'id' | 'type' | 'contentType' | 'data' | 'metadata'>;

export type ExpectedRevision = bigint | 'any' | 'no-stream' | 'stream-exists';

export type AppendOutcome =
  /**
   * `revision` and `position` are those of the last event; -1n of an empty append to a missing stream. A retry on a
   * soft-deleted stream is answered without a position.
   */
  | { readonly kind: 'appended'; readonly revision: bigint; readonly position: bigint | undefined }
  /** `current` is undefined when the stream has no events. */
  | { readonly kind: 'wrong-expected-revision'; readonly current: bigint | undefined }
  | { readonly kind: 'stream-deleted' }
  /** The same append was still being committed when this one came: it was dropped, and answered after a timeout. */
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'too-large'; readonly maxBytes: number };

export type Direction = 'forwards' | 'backwards';

/** The metadata of a stream, from `$$stream`, as far as the node acts on it. */
export type StreamMetadata = {
  readonly maxCount?: bigint;
  readonly maxAgeSeconds?: bigint;
  readonly truncateBefore?: bigint;
  readonly acl?: StreamAcl;
};

/** Users or groups (`$admins`, `$ops`, `$all`) per action; a missing action falls back to the default. */
export type StreamAcl = {
  readonly read?: readonly string[];
  readonly write?: readonly string[];
  readonly delete?: readonly string[];
  readonly metaRead?: readonly string[];
  readonly metaWrite?: readonly string[];
};

export type StreamState = {
  /** -1n: the stream has no events. */
  readonly lastRevision: bigint;
  readonly tombstoned: boolean;
  readonly softDeleted: boolean;
  /** The first revision that metadata `$tb` leaves readable; 0n without it. */
  readonly truncateBefore: bigint;
  readonly metadata: StreamMetadata;
};

/** An event as a reader sees it: a link that was followed carries both, a link to nothing only `link`. */
export type ResolvedEvent = { readonly event: StoredEvent | undefined; readonly link: StoredEvent | undefined };

/** The log could not take the write; nothing of it is visible and nothing acknowledged is lost. */
export class LogUnavailable extends Error {
  readonly reason: 'disk-full' | 'failed' | 'closed';
  constructor(reason: 'disk-full' | 'failed' | 'closed', message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'LogUnavailable';
    this.reason = reason;
  }
}

export interface EventLog {
  /** Bytes of data that one append may have. */
  readonly maxAppendBytes: number;
  /** All or nothing; resolves once durable. Rejects with `LogUnavailable` when it could not be written. */
  append(stream: string, expected: ExpectedRevision, events: readonly ProposedEvent[]): Promise<AppendOutcome>;
  /** Hides every event so far; the next append continues the numbering. */
  softDelete(stream: string, expected: ExpectedRevision): Promise<AppendOutcome>;
  /** Ends the stream for good. */
  tombstone(stream: string, expected: ExpectedRevision): Promise<AppendOutcome>;
  /**
   * At most `max` events from revision `from`, inclusive in both directions, inside the readable window of the stream
   * ($maxCount, $maxAge, $tb). Links are not followed. With `maxBytes`, stops early but returns at least one event.
   */
  readStream(stream: string, from: bigint, direction: Direction, max: number, maxBytes?: number): StoredEvent[];
  state(stream: string): StreamState;
  /**
   * At most `max` records of the whole log, truncated events and tombstones included; `from` is inclusive forwards and
   * exclusive backwards. With `maxBytes`, stops early but returns at least one event.
   */
  readAll(from: bigint, direction: Direction, max: number, maxBytes?: number): StoredEvent[];
  /** Position of the last record; 0n when the log is empty (records start above 0). */
  lastPosition(): bigint;
  resolveLink(event: StoredEvent): ResolvedEvent;
  /** Calls the listener after every durable commit; it must be cheap. Returns how to stop listening. */
  onCommit(listener: (lastPosition: bigint) => void): () => void;
  close(): Promise<void>;
}

/** Past every revision: `readStream(stream, END, 'backwards', …)` starts at the last event; also a tombstone's revision. */
export const END = 9223372036854775807n;
