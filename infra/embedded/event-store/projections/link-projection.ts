import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { END, LogUnavailable, type EventLog, type ProposedEvent, type StoredEvent } from '../storage/event-log.ts';
import type { Emission, SystemProjection } from './event-links.ts';

const PAGE_EVENTS = 500;
const PAGE_BYTES = 4 * 1024 * 1024;
/** How much without links may be read again after a restart. */
const UNLINKED_BYTES_MAX = 16n * 1024n * 1024n;
const PAUSE_MS = 1_000;
const EMPTY = new Uint8Array();

export type RunningProjection = {
  /** Commit position up to which the log is filed. */
  readonly position: () => bigint;
  /** Commit position from which it would go on after a restart. */
  readonly checkpoint: () => bigint;
  readonly processed: () => number;
  readonly stop: () => Promise<void>;
};

/**
 * Follows the log and files events, from where it stopped last time. Eventually consistent: a link appears after its
 * event. Each link names the position of its event, and whatever the last link of a stream has passed is not linked
 * again, so that events that are seen twice after a crash are filed once.
 */
export const runLinkProjection = (log: EventLog, projection: SystemProjection): RunningProjection => {
  let isStopped = false;
  let wake: (() => void) | undefined;
  const ring = (): void => {
    wake?.();
    wake = undefined;
  };
  const stopListening = log.onCommit(ring);
  const sleepUntilCommit = (): Promise<void> => new Promise((resolve) => (wake = resolve));
  let checkpoint = readCheckpoint(log, projection);
  let position = checkpoint;
  let processedCount = 0;

  const work = async (): Promise<void> => {
    position = checkpoint;
    while (!isStopped) {
      const page = log.readAll(position + 1n, 'forwards', PAGE_EVENTS, PAGE_BYTES);
      const last = page.at(-1);
      if (last === undefined) {
        await sleepUntilCommit();
        continue;
      }
      const links = linksOf(projection, page);
      for (const [stream, events] of links) await appendNew(log, stream, events);
      position = last.position;
      processedCount += page.length;
      // Not after every page: a projection that records its place for its own records would never rest.
      if (links.size === 0 && position - checkpoint < UNLINKED_BYTES_MAX) continue;
      await writeCheckpoint(log, projection, position);
      checkpoint = position;
    }
  };

  const persevere = async (): Promise<void> => {
    while (!isStopped) {
      try {
        await work();
      } catch (error) {
        await pauseAfter(projection, error);
      }
    }
  };
  const completion = persevere();
  return {
    position: () => position,
    checkpoint: () => checkpoint,
    processed: () => processedCount,
    stop: () => {
      isStopped = true;
      stopListening();
      ring();
      return completion;
    },
  };
};

const pauseAfter = async ({ name }: SystemProjection, error: unknown): Promise<void> => {
  if (error instanceof LogUnavailable && error.reason === 'closed') return;
  console.error(`${name} pauses:`, error);
  await sleep(PAUSE_MS);
};

type Link = { readonly position: bigint; readonly proposedEvent: ProposedEvent };

/** Appends what lies behind the last link of the stream; this projection is the only one that writes there. */
const appendNew = async (log: EventLog, stream: string, links: readonly Link[]): Promise<void> => {
  const [last] = log.readStream(stream, END, 'backwards', 1);
  const linkedPosition = last === undefined ? -1n : positionIn(last.metadata);
  const proposedEvents = links.filter(({ position }) => position > linkedPosition).map((link) => link.proposedEvent);
  if (proposedEvents.length > 0) await log.append(stream, 'any', proposedEvents);
};

/** The position that a link names; none in what somebody else wrote there. */
const positionIn = (metadata: Uint8Array): bigint => {
  try {
    const { $c } = JSON.parse(Buffer.from(metadata).toString('utf8')) as { readonly $c?: number };
    return $c === undefined ? -1n : BigInt($c);
  } catch {
    return -1n;
  }
};

/** The links of a page, by the stream they go to, in the order of their events. */
export const linksOf = (
  projection: SystemProjection,
  page: readonly StoredEvent[],
): ReadonlyMap<string, readonly Link[]> => {
  const links = new Map<string, Link[]>();
  for (const event of page) {
    const emission = projection.emit(event);
    if (emission === undefined) continue;
    const pendingLinks = links.get(emission.stream) ?? [];
    pendingLinks.push({ position: event.position, proposedEvent: toProposed(event, emission, projection.name) });
    links.set(emission.stream, pendingLinks);
  }
  return links;
};

const toProposed = (event: StoredEvent, { type, text }: Emission, by: string): ProposedEvent => ({
  id: derivedId(`${by}:${event.position}:${event.id}`),
  type,
  contentType: 'application/octet-stream',
  data: Buffer.from(text, 'utf8'),
  metadata: Buffer.from(JSON.stringify({ $o: event.stream, $c: Number(event.position), $causedBy: event.id }), 'utf8'),
});

/** A UUID that is the same for the same text (version 8: custom). */
const derivedId = (text: string): string => {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

const checkpointStream = ({ name }: SystemProjection): string => `$projections-${name}-checkpoint`;

const readCheckpoint = (log: EventLog, projection: SystemProjection): bigint => {
  const [event] = log.readStream(checkpointStream(projection), END, 'backwards', 1);
  return event === undefined ? 0n : BigInt(Buffer.from(event.data).toString('utf8'));
};

const writeCheckpoint = async (log: EventLog, projection: SystemProjection, position: bigint): Promise<void> => {
  const stream = checkpointStream(projection);
  if (log.state(stream).lastRevision < 0n) {
    await log.append(`$$${stream}`, 'any', [jsonEvent('$metadata', '{"$maxCount":1}')]);
  }
  await log.append(stream, 'any', [jsonEvent('$ProjectionCheckpoint', position.toString())]);
};

export const jsonEvent = (type: string, text: string): ProposedEvent => ({
  id: randomUUID(),
  type,
  contentType: 'application/json',
  data: Buffer.from(text, 'utf8'),
  metadata: EMPTY,
});
