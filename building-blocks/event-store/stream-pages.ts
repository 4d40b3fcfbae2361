import {
  BACKWARDS,
  END,
  FORWARDS,
  START,
  StreamDeletedError,
  StreamNotFoundError,
  type ReadStreamOptions,
} from '@eventstore/db-client';
import type { Instant } from '@lego-moc/kernel/message';
import type { EventStoreClient } from './connect.ts';
import { toDeliveredEvent, type DeliveredEvent } from './delivered-event.ts';
import { retryUnavailable } from './retry.ts';

export type PageOptions = {
  readonly direction: 'forwards' | 'backwards';
  /** The first revision of the page; by default the beginning or, backwards, the end. */
  readonly from?: bigint | undefined;
  readonly limit: number;
};

/** An entry of a stream of links: the link's own place, and the event it leads to unless that is gone. */
export type LinkedEvent = {
  readonly revision: bigint;
  readonly recordedAt: Instant;
  /** The text of the link: `<revision>@<stream>`, or the name of a stream. */
  readonly link: string;
  readonly event: DeliveredEvent | undefined;
};

/** A stream that is missing or deleted has no events. */
const readOrNothing = async <T>(read: () => Promise<readonly T[]>): Promise<readonly T[]> => {
  try {
    return await read();
  } catch (error) {
    if (error instanceof StreamNotFoundError || error instanceof StreamDeletedError) return [];
    throw error;
  }
};

const readOptions = ({ direction, from, limit }: PageOptions): ReadStreamOptions =>
  direction === 'forwards'
    ? { direction: FORWARDS, fromRevision: from ?? START, maxCount: limit }
    : { direction: BACKWARDS, fromRevision: from ?? END, maxCount: limit };

/** At most `limit` events of one stream; none when it does not exist. Throws `EventStoreUnavailable`. */
export const readPage = (
  client: EventStoreClient,
  stream: string,
  options: PageOptions,
): Promise<readonly DeliveredEvent[]> =>
  retryUnavailable(client, () =>
    readOrNothing(async () => {
      const events: DeliveredEvent[] = [];
      for await (const { event, commitPosition } of client.readStream(stream, readOptions(options)))
        if (event !== undefined) events.push(toDeliveredEvent(event, commitPosition));
      return events;
    }),
  );

const textOf = (data: unknown): string =>
  data instanceof Uint8Array ? Buffer.from(data).toString('utf8') : typeof data === 'string' ? data : '';

/** At most `limit` links of a stream of links, with what they lead to. Throws `EventStoreUnavailable`. */
export const readLinks = (
  client: EventStoreClient,
  stream: string,
  options: PageOptions,
): Promise<readonly LinkedEvent[]> =>
  retryUnavailable(client, () =>
    readOrNothing(async () => {
      const links: LinkedEvent[] = [];
      const messages = client.readStream(stream, { ...readOptions(options), resolveLinkTos: true });
      for await (const { event, link, commitPosition } of messages) {
        const entry = link ?? event;
        if (entry === undefined) continue;
        links.push({
          revision: entry.revision,
          recordedAt: entry.created.toISOString() as Instant,
          link: textOf(entry.data),
          event: link === undefined || event === undefined ? undefined : toDeliveredEvent(event, commitPosition),
        });
      }
      return links;
    }),
  );
