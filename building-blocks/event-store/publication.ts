import { StreamMoved } from '@lego-moc/application/event-streams';
import { turns } from '@lego-moc/application/turns';
import type { Logger } from '@lego-moc/logger/logger';
import { noTracing, type Tracer } from '@lego-moc/tracing/tracer';
import { catchUp } from './catch-up.ts';
import type { EventStoreClient } from './connect.ts';
import type { DeliveredEvent, Source } from './delivered-event.ts';
import type { Announcement } from './integration-events.ts';
import { createIntegrationAppender } from './integration-appender.ts';
import { isOutage } from './outage.ts';
import {
  loadCursor,
  loadPublishedIds,
  loadSkipped,
  publishedSince,
  recordSkipped,
  type Cursor,
  type LogPlace,
  type Origin,
} from './publication-log.ts';
import { readEventAt } from './read-event-at.ts';
import { toIntegrationEvents, withOrigin, withoutOrigin, type PendingEvent } from './to-integration-events.ts';

export type Publication = {
  readonly context: string;
  /** The private streams that are translated. */
  readonly source: Exclude<Source, { readonly stream: string }>;
  /** The integration events of a private event; none for most. Must give the same answer each time. */
  readonly translate: (event: DeliveredEvent) => Promise<readonly Announcement[]> | readonly Announcement[];
  readonly logger: Logger;
  readonly tracer?: Tracer;
};

/** How often in a row another publisher may be faster before the message is tried again later. */
const MAX_LOST_RACES = 5;

/** Translates private events, and goes on without those that cannot be translated. */
const createTranslation = (
  client: EventStoreClient,
  { context, translate, logger, tracer = noTracing }: Publication,
) => {
  let skippedPositions = new Map<string, bigint>();

  const toPendingEvents = async (event: DeliveredEvent): Promise<readonly PendingEvent[]> =>
    toIntegrationEvents(context, event, await translate(event), tracer);

  return {
    toPendingEvents,
    skippedPositions: (): ReadonlyMap<string, bigint> => skippedPositions,
    reload: async (): Promise<void> => {
      skippedPositions = await loadSkipped(client, context);
    },
    toPendingUnlessSkipped: async (event: DeliveredEvent): Promise<readonly PendingEvent[]> => {
      if (skippedPositions.has(event.eventId)) return [];
      try {
        return await toPendingEvents(event);
      } catch (error) {
        if (isOutage(error)) throw error;
        logger.error('Event skipped: it could not be translated', { context, eventId: event.eventId, error });
        await recordSkipped(client, context, event, error instanceof Error ? error.message : String(error));
        skippedPositions.set(event.eventId, event.position);
        return [];
      }
    },
  };
};

type State = {
  readonly cursor: Cursor;
  /** Up to here every private event was considered, also those that mean nothing to other contexts. */
  readonly progress: LogPlace | 'start';
};

/** The steps of a publication, each from one state to the next. */
const createSteps = (
  client: EventStoreClient,
  { context, source }: Publication,
  translation: ReturnType<typeof createTranslation>,
) => {
  /** Completes the announcements of an event of which the last append held only some. */
  const publishRest = async (cursor: Cursor, { index, count }: Origin, event: DeliveredEvent): Promise<Cursor> => {
    if (index + 1 >= count) return cursor;
    const appender = createIntegrationAppender(client, context, cursor);
    await appender.add((await translation.toPendingEvents(event)).slice(index + 1));
    await appender.flush();
    return appender.cursor();
  };

  const publishFrom = async (start: State, until: bigint): Promise<State> => {
    const appender = createIntegrationAppender(client, context, start.cursor);
    let { progress } = start;
    const from = progress === 'start' ? 'start' : progress.position;
    for await (const event of catchUp(client, { source, from, until })) {
      await appender.add(await translation.toPendingUnlessSkipped(event));
      progress = event;
    }
    await appender.flush();
    return { cursor: appender.cursor(), progress };
  };

  /**
   * Continues a stream whose events do not name their origin in this store, and may be in any order: publishes what is
   * missing. Only the very last event names an origin, so that all of this is done again if it breaks off before.
   */
  const publishMissing = async (cursor: Cursor): Promise<State> => {
    const publishedIds = await loadPublishedIds(client, context);
    const missingEvents: PendingEvent[] = [];
    let progress: State['progress'] = 'start';
    for await (const event of catchUp(client, { source, from: 'start' })) {
      for (const pending of await translation.toPendingUnlessSkipped(event))
        if (!publishedIds.has(pending.event.id)) missingEvents.push(pending);
      progress = event;
    }
    const appender = createIntegrationAppender(client, context, cursor);
    await appender.add(missingEvents.slice(0, -1).map(withoutOrigin));
    const end = progress;
    if (end !== 'start') await appender.add(missingEvents.slice(-1).map((last) => withOrigin(last, end)));
    await appender.flush();
    return { cursor: appender.cursor(), progress };
  };

  const load = async (): Promise<State> => {
    await translation.reload();
    const cursor = await loadCursor(client, context);
    const { revision, origin } = cursor;
    if (revision === 'no-stream') return { cursor, progress: 'start' };
    const event = origin === undefined ? undefined : await readEventAt(client, origin.position);
    // A copied stream names positions of another store.
    if (origin === undefined || event === undefined || event.eventId !== origin.eventId) return publishMissing(cursor);
    return { cursor: await publishRest(cursor, origin, event), progress: origin };
  };

  /** Behind what was published since; the origin is that from where publishing goes on. */
  const publishLate = async ({ cursor, progress }: State, event: DeliveredEvent): Promise<State> => {
    const pending = await translation.toPendingEvents(event);
    const idsSince = await publishedSince(client, context, event.position);
    const appender = createIntegrationAppender(client, context, cursor);
    const place = progress === 'start' ? event : progress;
    const late = pending.filter(({ event: { id } }) => !idsSince.has(id));
    await appender.add(late.map((event) => withOrigin(event, place)));
    await appender.flush();
    return { cursor: appender.cursor(), progress };
  };

  return { load, publishFrom, publishLate };
};

/** Publishes the private events of a context. See `publishIntegrationEvents`. */
export const createPublication = (client: EventStoreClient, options: Publication) => {
  const { context } = options;
  const inTurn = turns();
  const translation = createTranslation(client, options);
  const steps = createSteps(client, options, translation);
  let state: State | undefined;

  /** Replaces the state by what `work` makes of it; loads it anew after a failure or when another publisher was faster. */
  const advance = async (work: (current: State) => Promise<State>): Promise<void> => {
    for (let lostRaces = 0; ;) {
      try {
        state = await work((state ??= await steps.load()));
        return;
      } catch (error) {
        state = undefined;
        lostRaces += 1;
        if (!(error instanceof StreamMoved) || lostRaces >= MAX_LOST_RACES) throw error;
      }
    }
  };

  const publishUntil = async (position: bigint): Promise<ReadonlyMap<string, bigint>> => {
    await advance(async (current) => {
      const { progress } = current;
      return progress === 'start' || position > progress.position ? steps.publishFrom(current, position) : current;
    });
    return translation.skippedPositions();
  };

  return {
    /** Publishes everything up to `position` that is not published yet; returns the skipped events and their positions. */
    publishUntil: (position: bigint) => inTurn(context, () => publishUntil(position)),
    /** As `publishUntil`; publishes `event` itself late if it was skipped, and throws if that is still impossible. */
    publish: (event: DeliveredEvent): Promise<void> =>
      inTurn(context, async () => {
        const skippedAt = (await publishUntil(event.position)).get(event.eventId);
        // The store delivers a replayed event without its position.
        if (skippedAt !== undefined) {
          const skippedEvent = { ...event, position: skippedAt };
          await advance((current) => steps.publishLate(current, skippedEvent));
        }
      }),
  };
};
