import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { AppendOutcome, EventLog, ExpectedRevision, ProposedEvent } from '../storage/event-log.ts';
import { Problem, readBody, type Answer } from './answer.ts';

const BODY_BYTES_MAX = 4 * 1024 * 1024;
const EVENTS_TYPE = 'application/vnd.eventstore.events+json';
const NO_ID = '00000000-0000-0000-0000-000000000000';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * `POST /streams/{stream}`: an array of `{eventId, eventType, data, metadata}`, or one event's data with its id and type
 * in `ES-EventId` and `ES-EventType`, which is stored byte for byte. Other content types are refused, which also keeps web pages from posting here.
 */
export const appendEvents = async (log: EventLog, stream: string, request: IncomingMessage): Promise<Answer> => {
  const events = await eventsIn(request);
  const outcome = await log.append(stream, expectedIn(request), events);
  return answerTo(outcome, stream, events.length);
};

const answerTo = (outcome: AppendOutcome, stream: string, count: number): Answer => {
  switch (outcome.kind) {
    case 'appended': {
      const first = outcome.revision - BigInt(count) + 1n;
      return { status: 201, headers: { location: `/streams/${encodeURIComponent(stream)}/${first.toString()}` } };
    }
    case 'wrong-expected-revision':
      throw new Problem(400, 'wrong-expected-revision', 'The stream is at another revision', {
        'ES-CurrentVersion': (outcome.current ?? -1n).toString(),
      });
    case 'stream-deleted':
      throw new Problem(410, 'stream-deleted', 'The stream has been deleted');
    case 'timed-out':
      throw new Problem(408, 'commit-timeout', 'The same append is still being committed; send it again');
    case 'too-large':
      throw new Problem(400, 'append-too-large', `One append is at most ${outcome.maxBytes} bytes`);
  }
};

const expectedIn = (request: IncomingMessage): ExpectedRevision => {
  const text = header(request, 'es-expectedversion') ?? '-2';
  if (!/^-?\d{1,19}$/.test(text)) throw new Problem(400, 'bad-expected-revision', 'ES-ExpectedVersion is not a number');
  switch (text) {
    case '-2':
      return 'any';
    case '-1':
      return 'no-stream';
    case '-4':
      return 'stream-exists';
    default:
      if (text.startsWith('-')) throw new Problem(400, 'bad-expected-revision', 'ES-ExpectedVersion means nothing');
      return BigInt(text);
  }
};

const eventsIn = async (request: IncomingMessage): Promise<readonly ProposedEvent[]> => {
  const contentType = header(request, 'content-type')?.split(';')[0]?.trim().toLowerCase();
  if (contentType !== EVENTS_TYPE && contentType !== 'application/json') {
    throw new Problem(415, 'unsupported-media-type', `Send ${EVENTS_TYPE} or application/json`);
  }
  const text = await readBody(request, BODY_BYTES_MAX);
  const body = parse(text);
  const eventType = header(request, 'es-eventtype');
  if (eventType !== undefined) {
    const event = jsonEvent({ eventId: header(request, 'es-eventid'), eventType });
    return [{ ...event, data: Buffer.from(text, 'utf8') }];
  }
  if (!Array.isArray(body)) throw new Problem(400, 'bad-events', 'Send an array of events, or one with ES-EventType');
  return body.map(jsonEvent);
};

const jsonEvent = (value: unknown): ProposedEvent => {
  const event: Readonly<Record<string, unknown>> = typeof value === 'object' && value !== null ? { ...value } : {};
  const { eventId = randomUUID(), eventType, data, metadata } = event;
  if (typeof eventId !== 'string' || !UUID.test(eventId) || eventId === NO_ID) {
    throw new Problem(400, 'bad-events', 'eventId is not a UUID, or consists of zeros only');
  }
  if (typeof eventType !== 'string' || eventType === '') throw new Problem(400, 'bad-events', 'eventType is missing');
  return {
    id: eventId.toLowerCase(),
    type: eventType,
    contentType: 'application/json',
    data: bytes(data),
    metadata: bytes(metadata),
  };
};

const bytes = (value: unknown): Uint8Array => Buffer.from(value === undefined ? '' : JSON.stringify(value), 'utf8');

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Problem(400, 'bad-json', 'The body is not JSON');
  }
};

const header = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
};
