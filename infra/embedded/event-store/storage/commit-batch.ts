import { randomUUID } from 'node:crypto';
import type { BatchWriter } from './batch-writer.ts';
import { checkCommit, type CommitDecision } from './commit-check.ts';
import { END, type AppendOutcome, type ExpectedRevision, type ProposedEvent, type StoredEvent } from './event-log.ts';
import type { Lookups } from './lookups.ts';
import type { RecentIds } from './recent-ids.ts';
import { RecordDamaged, TOMBSTONE_TYPE } from './record.ts';
import {
  isMetastream,
  isSoftDeleted,
  metastreamOf,
  parseStreamMetadata,
  withTruncateBefore,
} from './stream-metadata.ts';
import type { StreamHead } from './tables.ts';

/** Something a caller wants written, all of it or nothing. */
export type Intent = {
  readonly kind: 'append' | 'soft-delete' | 'tombstone';
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly events: readonly ProposedEvent[];
};

type Batch = {
  readonly lookups: Lookups;
  readonly recent: RecentIds;
  readonly writer: BatchWriter;
};

/**
 * Judges an intent and, if it may be, writes it; sees what earlier intents of the batch have written. A damaged record
 * met while judging fails this intent alone, before it wrote anything; an error while writing is thrown.
 */
export const applyIntent = (batch: Batch, intent: Intent): AppendOutcome | RecordDamaged => {
  try {
    return decideAndWrite(batch, intent);
  } catch (error) {
    if (error instanceof RecordDamaged) return error;
    throw error;
  }
};

/** How a stream stands before an intent: all that is decided on, found once. */
type StreamFacts = {
  readonly head: StreamHead | undefined;
  readonly lastRevision: bigint;
  readonly hasMetadata: boolean;
  readonly softDeleted: boolean;
};

const factsOf = ({ lookups }: Batch, stream: string): StreamFacts => {
  const head = lookups.head(stream);
  const written = isMetastream(stream) ? undefined : lookups.lastOf(metastreamOf(stream));
  return {
    head,
    lastRevision: BigInt(head?.lastRevision ?? -1),
    hasMetadata: written !== undefined,
    softDeleted: written !== undefined && isSoftDeleted(parseStreamMetadata(written.data)),
  };
};

const decideAndWrite = (batch: Batch, intent: Intent): AppendOutcome => {
  const facts = factsOf(batch, intent.stream);
  const { head, lastRevision } = facts;
  const decision = decide(batch, intent, facts);
  switch (decision.kind) {
    case 'stream-deleted':
      return { kind: 'stream-deleted' };
    case 'wrong-expected-revision':
      return { kind: 'wrong-expected-revision', current: lastRevision < 0n ? undefined : lastRevision };
    case 'already-done': {
      const position = head && batch.lookups.positionOf(head.id, decision.revision);
      return {
        kind: 'appended',
        revision: decision.revision,
        position: BigInt(position ?? batch.writer.end().position),
      };
    }
    case 'append': {
      const position = write(batch, intent, facts);
      return { kind: 'appended', revision: lastRevision + BigInt(intent.events.length), position: BigInt(position) };
    }
  }
};

const decide = (batch: Batch, { kind, stream, expected, events }: Intent, facts: StreamFacts): CommitDecision => {
  const { head, lastRevision, hasMetadata, softDeleted } = facts;
  const decision = checkCommit({
    lastRevision,
    tombstoned: batch.lookups.isTombstoned(stream),
    softDeleted,
    hasMetadata,
    expected,
    ids: events.map(({ id }) => id),
    recentRevisionOf: (id) => recentIn(batch, stream, id)?.revision,
    idAt: (revision) => head && batch.lookups.idAt(head.id, revision),
  });
  const deletesNothing = kind === 'soft-delete' && lastRevision < 0n && !hasMetadata;
  return decision.kind === 'append' && deletesNothing ? { kind: 'wrong-expected-revision' } : decision;
};

const recentIn = ({ lookups, recent, writer }: Batch, stream: string, id: string): StoredEvent | undefined => {
  const position = writer.ids().get(id) ?? recent.positionOf(id);
  const event = position === undefined ? undefined : lookups.at(position);
  return event?.stream === stream ? event : undefined;
};

/** Returns the position of the last record the caller asked for. */
const write = (batch: Batch, { kind, stream, events }: Intent, facts: StreamFacts): number => {
  const { writer } = batch;
  switch (kind) {
    case 'append': {
      if (events.length === 0) break;
      const subject = isMetastream(stream) ? stream.slice(2) : stream;
      const original = subject === stream ? facts : factsOf(batch, subject);
      writer.append(stream, events);
      const { position } = writer.end();
      if (original.softDeleted && !deletesAgain(stream, events)) undelete(batch, subject, original.lastRevision + 1n);
      return position;
    }
    case 'soft-delete':
      writer.append(metastreamOf(stream), [systemEvent('$metadata', withTruncateBefore(undefined, END))]);
      break;
    case 'tombstone':
      writer.tombstone(stream, systemEvent(TOMBSTONE_TYPE, ''));
      break;
  }
  return writer.end().position;
};

const deletesAgain = (stream: string, events: readonly ProposedEvent[]): boolean =>
  isMetastream(stream) && events.some(({ data }) => isSoftDeleted(parseStreamMetadata(data)));

/** Writing to a deleted stream, or to its metadata, brings it back with its numbering where it was. */
const undelete = ({ lookups, writer }: Batch, stream: string, nextRevision: bigint): void => {
  const written = lookups.lastOf(metastreamOf(stream));
  writer.append(metastreamOf(stream), [systemEvent('$metadata', withTruncateBefore(written?.data, nextRevision))]);
};

const systemEvent = (type: string, text: string): ProposedEvent => ({
  id: randomUUID(),
  type,
  contentType: text === '' ? 'application/octet-stream' : 'application/json',
  data: Buffer.from(text, 'utf8'),
  metadata: new Uint8Array(),
});
