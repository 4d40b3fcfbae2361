import { randomUUID } from 'node:crypto';
import type { BatchWriter } from './batch-writer.ts';
import { checkCommit, type CommitDecision } from './commit-check.ts';
import { END, type AppendOutcome, type ExpectedRevision, type ProposedEvent } from './event-log.ts';
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
  /** The last durable position when the intent was submitted. */
  readonly submittedAt: number;
};

type Batch = {
  readonly lookups: Lookups;
  readonly recent: RecentIds;
  readonly writer: BatchWriter;
};

/**
 * Decides on an intent and writes it if it is accepted; sees what earlier intents of the batch have written. A damaged
 * record met while deciding fails this intent alone, before it wrote anything; an error while writing is thrown.
 */
export const applyIntent = (batch: Batch, intent: Intent): AppendOutcome | RecordDamaged => {
  try {
    return decideAndWrite(batch, intent);
  } catch (error) {
    if (error instanceof RecordDamaged) return error;
    throw error;
  }
};

/** The state of a stream before an intent, from which the intent is decided. */
type StreamFacts = {
  readonly head: StreamHead | undefined;
  readonly lastRevision: bigint;
  readonly hasMetadata: boolean;
  readonly softDeleted: boolean;
};

const factsOf = ({ lookups }: Batch, stream: string): StreamFacts => {
  const head = lookups.head(stream);
  const metadataEvent = isMetastream(stream) ? undefined : lookups.lastOf(metastreamOf(stream));
  return {
    head,
    lastRevision: BigInt(head?.lastRevision ?? -1),
    hasMetadata: metadataEvent !== undefined,
    softDeleted:
      head?.tombstoned !== true && metadataEvent !== undefined && isSoftDeleted(parseStreamMetadata(metadataEvent)),
  };
};

const decideAndWrite = (batch: Batch, intent: Intent): AppendOutcome => {
  const facts = factsOf(batch, intent.stream);
  const { lastRevision } = facts;
  const decision = decide(batch, intent, facts);
  switch (decision.kind) {
    case 'stream-deleted':
      return { kind: 'stream-deleted' };
    case 'wrong-expected-revision':
      return { kind: 'wrong-expected-revision', current: lastRevision < 0n ? undefined : lastRevision };
    case 'idempotent':
      return repeatedAppend(batch, intent, facts, decision.revision);
    case 'append': {
      const position = write(batch, intent, facts);
      return { kind: 'appended', revision: lastRevision + BigInt(intent.events.length), position: BigInt(position) };
    }
  }
};

/** As EventStoreDB, drops a repetition that came before the original was durable. */
const repeatedAppend = (
  { lookups, writer }: Batch,
  { submittedAt }: Intent,
  { head, softDeleted }: StreamFacts,
  revision: bigint,
): AppendOutcome => {
  const position = (head && lookups.positionOf(head.id, revision)) ?? writer.end().position;
  if (position > submittedAt) return { kind: 'timed-out' };
  return { kind: 'appended', revision, position: softDeleted ? undefined : BigInt(position) };
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
    recentRevisionOf: (id) => recentRevision(batch, stream, id),
    idAt: (revision) => head && batch.lookups.idAt(head.id, revision),
  });
  const deletesNothing = kind === 'soft-delete' && lastRevision < 0n && !hasMetadata;
  return decision.kind === 'append' && deletesNothing ? { kind: 'wrong-expected-revision' } : decision;
};

const recentRevision = ({ lookups, recent, writer }: Batch, stream: string, id: string): bigint | undefined => {
  const address = recent.find(id) ?? writer.ids().get(id);
  return address?.stream === stream ? lookups.at(address.position)?.revision : undefined;
};

/** Returns the position of the last record that the caller asked for. */
const write = (batch: Batch, { kind, stream, events }: Intent, facts: StreamFacts): number => {
  const { writer } = batch;
  switch (kind) {
    case 'append': {
      const revival = revivedBy(batch, stream, events, facts);
      writer.append(stream, events);
      const { position } = writer.end();
      if (revival !== undefined) undelete(batch, revival);
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

type Revival = { readonly stream: string; readonly nextRevision: bigint };

/**
 * The deleted stream that an append brings back; its numbering continues. Appending to the stream does so, be it
 * nothing, and writing other metadata.
 */
const revivedBy = (
  batch: Batch,
  stream: string,
  events: readonly ProposedEvent[],
  facts: StreamFacts,
): Revival | undefined => {
  const isMetadata = isMetastream(stream);
  if (isMetadata && (events.length === 0 || events.some((event) => isSoftDeleted(parseStreamMetadata(event))))) {
    return undefined;
  }
  const subject = isMetadata ? stream.slice(2) : stream;
  const { softDeleted, lastRevision } = isMetadata ? factsOf(batch, subject) : facts;
  return softDeleted ? { stream: subject, nextRevision: lastRevision + 1n } : undefined;
};

const undelete = ({ lookups, writer }: Batch, { stream, nextRevision }: Revival): void => {
  const metadataEvent = lookups.lastOf(metastreamOf(stream));
  writer.append(metastreamOf(stream), [
    systemEvent('$metadata', withTruncateBefore(metadataEvent?.data, nextRevision)),
  ]);
};

const systemEvent = (type: string, text: string): ProposedEvent => ({
  id: randomUUID(),
  type,
  contentType: text === '' ? 'application/octet-stream' : 'application/json',
  data: Buffer.from(text, 'utf8'),
  metadata: new Uint8Array(),
});
