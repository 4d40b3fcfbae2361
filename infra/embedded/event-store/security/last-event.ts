import { END, type EventLog, type StoredEvent } from '../storage/event-log.ts';

const STREAMS_MAX = 1_000;

type Entry<Content> = {
  /** The end of the log when the stream was read. */
  readonly readAt: bigint;
  readonly revision: bigint | undefined;
  readonly content: Content | undefined;
};

/**
 * Returns what `parse` makes of a stream's last event, `undefined` without one. Every call asks for it: the stream is read
 * again once anything was committed, and parsed again once it has another last event.
 */
export const lastEventParser = <Content>(
  log: Pick<EventLog, 'readStream' | 'lastPosition'>,
  parse: (event: StoredEvent) => Content | undefined,
): ((stream: string) => Content | undefined) => {
  const entries = new Map<string, Entry<Content>>();
  return (stream) => {
    const readAt = log.lastPosition();
    const entry = entries.get(stream);
    if (entry?.readAt === readAt) return entry.content;
    const [event] = log.readStream(stream, END, 'backwards', 1);
    const isSame = entry !== undefined && entry.revision === event?.revision;
    const content = isSame ? entry.content : event && parse(event);
    if (entries.size >= STREAMS_MAX) entries.clear();
    entries.set(stream, { readAt, revision: event?.revision, content });
    return content;
  };
};
