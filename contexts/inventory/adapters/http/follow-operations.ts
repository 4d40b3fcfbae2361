import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventStreams } from '@lego-moc/application/event-streams';
import { toOperationsEvent } from '../../application/build-reply.ts';
import type { OpenBuild } from '../../domain/builds/open-build.ts';
import type { BuildEvent } from '../../domain/builds/build-events.ts';

type Streams = Pick<EventStreams<BuildEvent>, 'readEvents'>;

/** Two builders at one table wait no longer than that for each other. */
const LOOK_INTERVAL_MS = 500;

/** Less than a service or the gateway waits when it stops, and less than a silent answer may last. */
const STREAM_MS_MAX = 15_000;

/** How soon an EventSource opens the stream again, in milliseconds. */
const RETRY_MS = 500;

/** Passed over by clients; only by writing does the stream notice that its client is gone. */
const COMMENT = ':\n\n';

/**
 * The operations of a build as server-sent events, from a revision on, each with its revision as id. The stream ends
 * when `look` finds no build that the client may see.
 */
export const followOperations = (
  streams: Streams,
  buildId: string,
  from: bigint,
  look: () => Promise<OpenBuild | undefined>,
  { intervalMs = LOOK_INTERVAL_MS, msMax = STREAM_MS_MAX } = {},
): Readable => {
  const events = async function* (): AsyncGenerator<string> {
    yield `retry: ${String(RETRY_MS)}\n\n`;
    let next = from;
    for (let waitedMs = 0; waitedMs < msMax; waitedMs += intervalMs) {
      const build = await look();
      if (build === undefined) return;
      const before = next;
      for await (const recordedEvent of streams.readEvents(buildId, next)) {
        next = recordedEvent.revision + 1n;
        const event = toOperationsEvent(recordedEvent, build);
        if (event !== undefined) yield `event: operations\nid: ${event.revision}\ndata: ${JSON.stringify(event)}\n\n`;
      }
      if (next === before) yield COMMENT;
      await sleep(intervalMs);
    }
  };
  return Readable.from(events());
};
