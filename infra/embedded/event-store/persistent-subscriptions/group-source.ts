import { END, type EventLog, type ResolvedEvent, type StoredEvent } from '../storage/event-log.ts';
import { isTombstone } from '../storage/record.ts';
import { wantsOf } from './event-filter.ts';
import type { Page } from './group/group.ts';
import type { SourceEvent } from './group/message.ts';
import { ALL, keyOf, parkedStreamOf, type GroupDefinition } from './group-definition.ts';
import { bucketOf } from './partition.ts';
import type { RecentEvents } from './recent-events.ts';

/** Where the events of a group come from. Reads are synchronous, so a page is still true when it is used. */
export interface GroupSource {
  /** At most `max` wanted events after position `after`; fewer when they are rare or large. */
  read(after: bigint, max: number): Page;
  /** Parked messages from revision `from`, before `before`. */
  readParked(from: bigint, before: bigint, max: number): Page;
  /** The event that a message stands for; neither event nor link when it cannot be read any more. */
  load(logPosition: bigint, origin: 'source' | 'parked'): ResolvedEvent;
  /** Where the source ends now, -1n if it has not begun. */
  last(): bigint;
}

const NOTHING: ResolvedEvent = { event: undefined, link: undefined };

type Place = Pick<SourceEvent, 'position' | 'previous' | 'ordinal'>;
type Find = (original: StoredEvent, place: Place) => SourceEvent;

/**
 * Checkpoints and parked messages of groups on `$all` would feed the very groups that write them. They do not even
 * count as considered, or two idle groups would answer each other's checkpoints for ever.
 */
const isFeedback = ({ stream }: StoredEvent): boolean =>
  stream.startsWith(`$persistentsubscription-${ALL}::`) &&
  (stream.endsWith('-checkpoint') || stream.endsWith('-parked'));

/** How far back the end of a stream is looked for: it has just been committed when a live group hears of it. */
const TOMBSTONE_WITHIN = 1_000;

/** The tombstone of a stream that ended a moment ago: it is in the whole log, and no read of the stream shows it. */
const recentTombstone = (log: EventLog, stream: string): readonly StoredEvent[] =>
  log
    .readAll(END, 'backwards', TOMBSTONE_WITHIN)
    .filter((event) => event.stream === stream && isTombstone(event))
    .slice(0, 1);

const streamReader = (log: EventLog, events: RecentEvents, stream: string, find: Find): GroupSource['read'] => {
  const wasTombstoned = log.state(stream).tombstoned;
  return (after, max) => {
    const storedEvents = events.readStream(stream, after + 1n, max);
    const hasEnded = storedEvents.length === 0 && after < END && !wasTombstoned && log.state(stream).tombstoned;
    const page = hasEnded ? recentTombstone(log, stream) : storedEvents;
    const upTo = page.at(-1)?.revision ?? after;
    return {
      entries: page.map((event, index) =>
        find(event, { position: event.revision, previous: page[index - 1]?.revision ?? after, ordinal: index + 1 }),
      ),
      considered: page.length,
      upTo,
      end: page.length === 0 || upTo >= log.state(stream).lastRevision,
    };
  };
};

const allReader = (
  log: EventLog,
  events: RecentEvents,
  filter: GroupDefinition['filter'],
  find: Find,
): GroupSource['read'] => {
  // An invalid filter was rejected when the group was created.
  const wants = wantsOf(filter) ?? (() => false);
  return (after, max) => {
    const entries: SourceEvent[] = [];
    let upTo = after;
    let consideredCount = 0;
    for (const event of events.readAll(after + 1n)) {
      if (entries.length === max) break;
      if (!isFeedback(event)) {
        consideredCount += 1;
        if (wants(event))
          entries.push(find(event, { position: event.position, previous: upTo, ordinal: consideredCount }));
      }
      upTo = event.position;
    }
    return { entries, considered: consideredCount, upTo, end: upTo >= log.lastPosition() };
  };
};

const parkedReader =
  (events: RecentEvents, stream: string, find: Find): GroupSource['readParked'] =>
  (from, before, max) => {
    const links = events.readStream(stream, from, max).filter(({ revision }) => revision < before);
    return {
      entries: links.map((link) => find(link, { position: link.revision, previous: link.revision - 1n, ordinal: 0 })),
      considered: links.length,
      upTo: links.at(-1)?.revision ?? before - 1n,
      end: links.length === 0,
    };
  };

export const groupSource = (log: EventLog, events: RecentEvents, definition: GroupDefinition): GroupSource => {
  const { stream, settings, filter } = definition;
  const { strategy } = settings;
  const isPinned = strategy === 'Pinned' || strategy === 'PinnedByCorrelation';

  const resolve = (original: StoredEvent, origin: 'source' | 'parked'): ResolvedEvent =>
    settings.resolveLinkTos || origin === 'parked' ? log.resolveLink(original) : { event: original, link: undefined };

  const find =
    (origin: 'source' | 'parked'): Find =>
    (original, place) => ({
      ...place,
      ackId: original.id,
      logPosition: original.position,
      bucket: isPinned ? bucketOf(resolve(original, origin), strategy) : 0,
    });

  return {
    read:
      stream === ALL
        ? allReader(log, events, filter, find('source'))
        : streamReader(log, events, stream, find('source')),
    readParked: parkedReader(events, parkedStreamOf(keyOf(definition)), find('parked')),
    load: (logPosition, origin) => {
      try {
        const original = events.at(logPosition);
        return original === undefined ? NOTHING : resolve(original, origin);
      } catch (error) {
        console.error(`Persistent subscription ${keyOf(definition)} cannot read ${String(logPosition)}:`, error);
        return NOTHING;
      }
    },
    last: () => (stream === ALL ? log.lastPosition() : log.state(stream).lastRevision),
  };
};
