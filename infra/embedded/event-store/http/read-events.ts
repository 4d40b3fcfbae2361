import { END, type Direction, type EventLog, type StoredEvent } from '../storage/event-log.ts';
import { Problem, type Answer } from './answer.ts';

/** Entries of one page, in number and in bytes. */
const PAGE_DEFAULT = 20;
const PAGE_MAX = 1_000;
const PAGE_BYTES = 4 * 1024 * 1024;

/**
 * `GET /streams/{stream}` (the newest events, newest first), `/streams/{stream}/{revision}` (one event) and
 * `/streams/{stream}/{revision|head}/{forward|backward}/{count}`.
 */
export const readEvents = (log: EventLog, stream: string, segments: readonly string[]): Answer => {
  const { lastRevision, tombstoned, softDeleted } = log.state(stream);
  if (tombstoned) throw new Problem(410, 'stream-deleted', 'The stream has been deleted');
  if (lastRevision < 0n || softDeleted) throw new Problem(404, 'stream-not-found', 'There is no such stream');
  const [from = 'head', direction = 'backward', count = PAGE_DEFAULT.toString()] = segments;
  if (segments.length === 1) return oneEvent(log, stream, revisionIn(from));
  const max = Math.min(Number(revisionIn(count)), PAGE_MAX);
  const events = log.readStream(stream, revisionIn(from), directionIn(direction), max, PAGE_BYTES);
  return { status: 200, body: { streamId: stream, lastEventNumber: Number(lastRevision), entries: events.map(entry) } };
};

const oneEvent = (log: EventLog, stream: string, revision: bigint): Answer => {
  const [event] = log.readStream(stream, revision, revision === END ? 'backwards' : 'forwards', 1);
  if (event === undefined || (revision !== END && event.revision !== revision)) {
    throw new Problem(404, 'event-not-found', 'There is no such event');
  }
  return { status: 200, body: entry(event) };
};

const entry = (event: StoredEvent) => ({
  eventId: event.id,
  eventType: event.type,
  eventNumber: Number(event.revision),
  streamId: event.stream,
  isJson: event.contentType === 'application/json',
  data: content(event.data, event.contentType === 'application/json'),
  metadata: content(event.metadata, true),
  created: new Date(Number(event.created / 10_000n)).toISOString(),
  position: event.position.toString(),
});

/** JSON where it is, else base64. */
const content = (bytes: Uint8Array, isJson: boolean): unknown => {
  const buffer = Buffer.from(bytes);
  if (buffer.length === 0) return null;
  if (!isJson) return buffer.toString('base64');
  try {
    return JSON.parse(buffer.toString('utf8')) as unknown;
  } catch {
    return buffer.toString('base64');
  }
};

const revisionIn = (text: string): bigint => {
  if (text === 'head') return END;
  if (!/^\d{1,18}$/.test(text)) throw new Problem(400, 'bad-revision', 'A revision or count is a whole number');
  return BigInt(text);
};

const directionIn = (text: string): Direction => {
  if (text === 'forward') return 'forwards';
  if (text === 'backward') return 'backwards';
  throw new Problem(400, 'bad-direction', 'The direction is forward or backward');
};
