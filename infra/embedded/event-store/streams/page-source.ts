import { isShownInAll } from '../storage/all-stream.ts';
import { END, type Direction, type EventLog, type StoredEvent } from '../storage/event-log.ts';
import { matches } from './filter.ts';
import type { StartPoint, ReadQuery } from './read-request.ts';

/** The limits of a page, of which each reader holds one: small enough for two hundred slow readers. */
const PAGE_EVENTS = 256;
const PAGE_BYTES = 128 * 1024;

/** An event that the reader has passed; `isVisible` is false where the filter or `$all` leaves it out. */
export type ScannedEvent = { readonly event: StoredEvent; readonly isVisible: boolean };

/** Pages of a stream or of `$all`. An empty page means that the end is reached; later events make the next one. */
export type PageSource = { readonly next: (max?: bigint) => readonly ScannedEvent[] };

export const pageSource = (log: EventLog, query: ReadQuery, from: StartPoint): PageSource =>
  query.stream === undefined ? allPages(log, query, from) : streamPages(log, query.stream, query.direction, from);

const streamPages = (log: EventLog, stream: string, direction: Direction, from: StartPoint): PageSource => {
  let revision = from === 'start' ? 0n : from === 'end' ? END : from;
  return {
    next: (max) => {
      if (revision < 0n) return [];
      const events = log.readStream(stream, revision, direction, pageEvents(max), PAGE_BYTES);
      const last = events.at(-1);
      if (last !== undefined) revision = last.revision + (direction === 'forwards' ? 1n : -1n);
      return events.map((event) => ({ event, isVisible: true }));
    },
  };
};

const allPages = (log: EventLog, { direction, filter }: ReadQuery, from: StartPoint): PageSource => {
  let position = from === 'start' ? 0n : from === 'end' ? END : from;
  return {
    next: (max) => {
      const events = log.readAll(position, direction, pageEvents(max), PAGE_BYTES);
      const last = events.at(-1);
      if (last !== undefined) position = direction === 'forwards' ? last.position + 1n : last.position;
      return events.map((event) => ({ event, isVisible: isShownInAll(event.stream) && matches(filter, event) }));
    },
  };
};

const pageEvents = (max: bigint | undefined): number =>
  max === undefined || max > PAGE_EVENTS ? PAGE_EVENTS : Number(max);
