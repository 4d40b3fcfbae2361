import type { EventLog, ResolvedEvent, StoredEvent } from '../storage/event-log.ts';
import { wantsOf } from './event-filter.ts';
import type { Page } from './group/group.ts';
import type { Found } from './group/message.ts';
import { ALL, keyOf, parkedStreamOf, type GroupDefinition } from './group-definition.ts';
import { bucketOf } from './partition.ts';

/** Where the events of a group come from. Reads are synchronous, so a page is still true when it is used. */
export interface GroupSource {
  /** At most `max` wanted events after position `after`; fewer when they are rare or large. */
  read(after: bigint, max: number): Page;
  /** Parked messages from revision `from`, before `before`. */
  readParked(from: bigint, before: bigint, max: number): Page;
  /** The event that a message stands for, read anew. */
  load(logPosition: bigint, origin: 'source' | 'parked'): ResolvedEvent;
  /** Where the source ends now, -1n if it has not begun. */
  last(): bigint;
}

type Place = Pick<Found, 'position' | 'previous' | 'ordinal'>;
type Find = (original: StoredEvent, resolved: ResolvedEvent, place: Place) => Found;

/** How many events a filter looks at in one go, so that a rare match does not hold up everybody else. */
const WINDOW = 256;
const PAGE_BYTES_MAX = 2 * 1024 * 1024;

/** Checkpoints and parked messages of groups on `$all` would feed the very groups that write them. */
const isFeedback = ({ stream }: StoredEvent): boolean =>
  stream.startsWith(`$persistentsubscription-${ALL}::`) &&
  (stream.endsWith('-checkpoint') || stream.endsWith('-parked'));

const bytesOf = (event: StoredEvent | undefined): number =>
  event === undefined ? 0 : event.data.length + event.metadata.length;

const streamReader = (log: EventLog, stream: string, resolve: GroupResolve, find: Find): GroupSource['read'] => {
  return (after, max) => {
    const events = log.readStream(stream, after + 1n, 'forwards', max, PAGE_BYTES_MAX);
    const upTo = events.at(-1)?.revision ?? after;
    return {
      found: events.map((event, index) =>
        find(event, resolve(event), {
          position: event.revision,
          previous: events[index - 1]?.revision ?? after,
          ordinal: index + 1,
        }),
      ),
      considered: events.length,
      upTo,
      end: events.length === 0 || upTo >= log.state(stream).lastRevision,
    };
  };
};

type GroupResolve = (original: StoredEvent) => ResolvedEvent;

const allReader = (
  log: EventLog,
  filter: GroupDefinition['filter'],
  resolve: GroupResolve,
  find: Find,
): GroupSource['read'] => {
  const wants = wantsOf(filter);
  return (after, max) => {
    const events = log.readAll(after + 1n, 'forwards', filter === undefined ? max : WINDOW, PAGE_BYTES_MAX);
    const found: Found[] = [];
    let upTo = after;
    let considered = 0;
    for (const event of events) {
      if (found.length === max) break;
      considered += 1;
      if (!isFeedback(event) && wants(event))
        found.push(find(event, resolve(event), { position: event.position, previous: upTo, ordinal: considered }));
      upTo = event.position;
    }
    return { found, considered, upTo, end: upTo >= log.lastPosition() };
  };
};

const parkedReader =
  (log: EventLog, stream: string, find: Find): GroupSource['readParked'] =>
  (from, before, max) => {
    const links = log
      .readStream(stream, from, 'forwards', max, PAGE_BYTES_MAX)
      .filter(({ revision }) => revision < before);
    return {
      found: links.map((link) =>
        find(link, log.resolveLink(link), { position: link.revision, previous: link.revision - 1n, ordinal: 0 }),
      ),
      considered: links.length,
      upTo: links.at(-1)?.revision ?? before - 1n,
      end: links.length === 0,
    };
  };

export const groupSource = (log: EventLog, definition: GroupDefinition): GroupSource => {
  const { stream, settings, filter } = definition;

  const resolve: GroupResolve = (original) =>
    settings.resolveLinkTos ? log.resolveLink(original) : { event: original, link: undefined };

  const find: Find = (original, resolved, place) => ({
    ...place,
    ackId: original.id,
    logPosition: original.position,
    bucket: bucketOf(resolved, settings.strategy),
    bytes: bytesOf(resolved.event) + bytesOf(resolved.link),
    resolved,
  });

  return {
    read: stream === ALL ? allReader(log, filter, resolve, find) : streamReader(log, stream, resolve, find),
    readParked: parkedReader(log, parkedStreamOf(keyOf(definition)), find),
    load: (logPosition, origin) => {
      const [original] = log.readAll(logPosition, 'forwards', 1);
      if (original?.position !== logPosition) return { event: undefined, link: undefined };
      return origin === 'parked' ? log.resolveLink(original) : resolve(original);
    },
    last: () => (stream === ALL ? log.lastPosition() : log.state(stream).lastRevision),
  };
};
