import { randomUUID } from 'node:crypto';
import { jsonEvent, type EventStoreDBClient } from '@eventstore/db-client';
import * as model from '../contract/stream-model.ts';
import { sleep, within } from '../contract/waiting.ts';
import type { Random } from './random.ts';

/** Long enough for an answer on a busy machine, short enough for many retries in a minute. */
const PATIENCE_MS = 4_000;
const PAUSE_MS = 25;
/** All writers pause together, longer than a node needs to empty its log. */
const REST_EVERY_MS = 500;
const REST_MS = 120;
const EVENTS_MAX = 12;
const BYTES_MAX = 3_000;

/** Retries until there is an answer; a refusal is an answer, and a wrong one here: no other writer uses the stream. */
const insist = async (action: string, attempt: () => Promise<unknown>, onUnanswered: () => void): Promise<void> => {
  for (;;) {
    try {
      await within(attempt(), action, PATIENCE_MS);
      return;
    } catch (failure) {
      if (isRefusal(failure)) throw new Error(`${action} was refused`, { cause: failure });
      onUnanswered();
      await sleep(PAUSE_MS);
    }
  }
};

const REFUSALS = new Set([
  'wrong-expected-version',
  'stream-deleted',
  'maximum-append-size-exceeded',
  'stream-not-found',
]);
const isRefusal = (failure: unknown): boolean =>
  failure instanceof Error && 'type' in failure && REFUSALS.has(String(failure.type));

/** The ledger of acknowledged appends, with which the store is compared. */
export type Ledger = {
  readonly own: Map<string, model.ModelStream>;
  /** Ids appended to the streams that all writers share. */
  readonly shared: Map<string, Set<string>>;
  readonly count: { appends: number; unanswered: number; deletions: number };
};

export const newLedger = (sharedStreams: readonly string[]): Ledger => ({
  own: new Map(),
  shared: new Map(sharedStreams.map((stream) => [stream, new Set()])),
  count: { appends: 0, unanswered: 0, deletions: 0 },
});

const restTogether = async (): Promise<void> => {
  const pauseMs = REST_EVERY_MS - (performance.now() % REST_EVERY_MS);
  if (pauseMs < REST_MS) await sleep(pauseMs);
};

const batch = (chance: Random, ids: readonly string[]) => {
  const padding = 'x'.repeat(chance.between(0, BYTES_MAX));
  return ids.map((id) => jsonEvent({ id, type: 'PartCounted', data: { padding } }));
};

/** Writes to a stream of its own and to shared ones until `over`, and records the answers. */
export const write = async (
  client: EventStoreDBClient,
  ledger: Ledger,
  { chance, over }: { readonly chance: Random; readonly over: AbortSignal },
): Promise<void> => {
  const name = `own-${randomUUID()}`;
  const sharedStreams = [...ledger.shared];
  let stream = model.newStream;
  const countUnanswered = () => void (ledger.count.unanswered += 1);
  const newIds = () => Array.from({ length: chance.between(1, EVENTS_MAX) }, () => randomUUID());

  const appendOwn = async () => {
    const ids = newIds();
    const last = model.lastRevision(stream);
    // The revision also of a deleted stream: recreated with `no_stream`, it would not recognise the repeated append.
    const expectedRevision = last < 0n ? 'no_stream' : last;
    const events = batch(chance, ids);
    await insist('An append', () => client.appendToStream(name, events, { expectedRevision }), countUnanswered);
    [stream] = model.append(stream, expectedRevision, ids);
  };

  const appendShared = async () => {
    const [target, knownIds] = sharedStreams[chance.between(0, sharedStreams.length - 1)] ?? [name, new Set()];
    const ids = newIds();
    const events = batch(chance, ids);
    await insist('A shared append', () => client.appendToStream(target, events), countUnanswered);
    for (const id of ids) knownIds.add(id);
  };

  while (!over.aborted) {
    await restTogether();
    if (stream.ids.length > 0 && stream.life === 'open' && chance.oneIn(25)) {
      await insist('A deletion', () => client.deleteStream(name), countUnanswered);
      [stream] = model.remove(stream, 'any', false);
      ledger.count.deletions += 1;
    } else {
      await (chance.oneIn(3) ? appendShared() : appendOwn());
      ledger.count.appends += 1;
    }
    ledger.own.set(name, stream);
  }
};
