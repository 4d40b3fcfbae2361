import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { LogUnavailable, type EventLog, type ProposedEvent, type StoredEvent } from '../storage/event-log.ts';
import type { LinkProjection } from './event-links.ts';

const PAGE_EVENTS = 500;
const PAGE_BYTES = 4 * 1024 * 1024;
/** How much without links may be read again after a restart. */
const UNLINKED_BYTES_MAX = 16n * 1024n * 1024n;
const PAUSE_MS = 1_000;
const EMPTY = new Uint8Array();

/**
 * Follows the log and appends links, from where it stopped last time. Eventually consistent: a link appears after its
 * event. Links have ids derived from their events and the place is written down after every page with links, so that
 * the few events seen twice after a crash are not linked twice.
 */
export const runLinkProjection = (log: EventLog, projection: LinkProjection): { stop: () => Promise<void> } => {
  let isStopped = false;
  let wake: (() => void) | undefined;
  const ring = (): void => {
    wake?.();
    wake = undefined;
  };
  const stopListening = log.onCommit(ring);
  const sleepUntilCommit = (): Promise<void> => new Promise((resolve) => (wake = resolve));

  const work = async (): Promise<void> => {
    let position = readCheckpoint(log, projection);
    let written = position;
    while (!isStopped) {
      const page = log.readAll(position + 1n, 'forwards', PAGE_EVENTS, PAGE_BYTES);
      const last = page.at(-1);
      if (last === undefined) {
        await sleepUntilCommit();
        continue;
      }
      const links = linksOf(projection, page);
      for (const [stream, events] of links) await appendOnce(log, stream, events);
      position = last.position;
      // Not after every page: a projection that notes its place for its own notes would never rest.
      if (links.size === 0 && position - written < UNLINKED_BYTES_MAX) continue;
      await writeCheckpoint(log, projection, position);
      written = position;
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
  const done = persevere();
  return {
    stop: () => {
      isStopped = true;
      stopListening();
      ring();
      return done;
    },
  };
};

const pauseAfter = async ({ name }: LinkProjection, error: unknown): Promise<void> => {
  if (error instanceof LogUnavailable && error.reason === 'closed') return;
  console.error(`${name} pauses:`, error);
  await sleep(PAUSE_MS);
};

/** Seen again after a crash, a page may hold known and new links; together they would be refused. */
const appendOnce = async (log: EventLog, stream: string, links: readonly ProposedEvent[]): Promise<void> => {
  const outcome = await log.append(stream, 'any', links);
  if (outcome.kind === 'wrong-expected-revision') for (const link of links) await log.append(stream, 'any', [link]);
};

/** The links of a page, by the stream they go to, in the order of their events. */
export const linksOf = (
  projection: LinkProjection,
  page: readonly StoredEvent[],
): ReadonlyMap<string, readonly ProposedEvent[]> => {
  const links = new Map<string, ProposedEvent[]>();
  for (const event of page) {
    const stream = projection.streamFor(event);
    if (stream === undefined) continue;
    const filed = links.get(stream) ?? [];
    filed.push(linkTo(event, projection.name));
    links.set(stream, filed);
  }
  return links;
};

const linkTo = (event: StoredEvent, by: string): ProposedEvent => ({
  id: derivedId(`${by}:${event.position.toString()}:${event.id}`),
  type: '$>',
  contentType: 'application/octet-stream',
  data: Buffer.from(`${event.revision.toString()}@${event.stream}`, 'utf8'),
  metadata: Buffer.from(JSON.stringify({ $o: event.stream, $causedBy: event.id }), 'utf8'),
});

/** A UUID that is the same for the same text (version 8: custom). */
const derivedId = (text: string): string => {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

const checkpointStream = ({ name }: LinkProjection): string => `$projections-${name}-checkpoint`;

const readCheckpoint = (log: EventLog, projection: LinkProjection): bigint => {
  const stream = checkpointStream(projection);
  const [event] = log.readStream(stream, log.state(stream).lastRevision, 'backwards', 1);
  return event === undefined ? 0n : BigInt(Buffer.from(event.data).toString('utf8'));
};

const writeCheckpoint = async (log: EventLog, projection: LinkProjection, position: bigint): Promise<void> => {
  const stream = checkpointStream(projection);
  if (log.state(stream).lastRevision < 0n) {
    await log.append(`$$${stream}`, 'any', [jsonEvent('$metadata', '{"$maxCount":1}')]);
  }
  await log.append(stream, 'any', [jsonEvent('$ProjectionCheckpoint', position.toString())]);
};

const jsonEvent = (type: string, text: string): ProposedEvent => ({
  id: randomUUID(),
  type,
  contentType: 'application/json',
  data: Buffer.from(text, 'utf8'),
  metadata: EMPTY,
});
