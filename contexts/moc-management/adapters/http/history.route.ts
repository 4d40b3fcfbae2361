import type { Router } from 'express';
import { userOf } from '@lego-moc/http/caller';
import { ok } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import type { EventStreams, RecordedEvent } from '@lego-moc/application/event-streams';
import type { UserId } from '@lego-moc/kernel/message';
import type { Owners } from '../../application/owners.ts';
import type { MocEvent, MocId } from '../../domain/moc-events.ts';
import { readHistory } from './reading-contracts.ts';
import { noSuchMoc, refusal } from './rejection-status.ts';

const historyEntry = ({ event, revision, recordedAt, cause }: RecordedEvent<MocEvent>) => ({
  revision: String(revision),
  type: event.type,
  data: event.data,
  recordedAt,
  actor: cause.actor,
  correlationId: cause.correlationId,
});

/** The history of a MOC, for its owner only; also after it was deleted, until the owner is erased. */
export const historyRoute = (streams: EventStreams<MocEvent>, owners: Pick<Owners, 'refusal'>): Router =>
  route(readHistory, async ({ request, params, query: { cursor, limit } }) => {
    const mocId = params.mocId as MocId;
    const owner = await ownerOf(streams, mocId);
    if (owner === undefined || owner !== userOf(request).id) return noSuchMoc;
    // A token may outlive its user; the titles in the history are personal data.
    const rejection = await owners.refusal(owner);
    if (rejection !== undefined) return refusal(rejection);

    const events: RecordedEvent<MocEvent>[] = [];
    for await (const recordedEvent of streams.readEvents(mocId, cursor)) {
      events.push(recordedEvent);
      if (events.length > limit) break;
    }
    const next = events.length > limit ? events.pop()?.revision : undefined;
    return ok({ events: events.map(historyEntry), nextCursor: next === undefined ? null : String(next) });
  });

const ownerOf = async (streams: EventStreams<MocEvent>, mocId: MocId): Promise<UserId | undefined> => {
  for await (const { event } of streams.readEvents(mocId)) {
    return event.type === 'MocDrafted' ? event.data.owner : undefined;
  }
  return undefined;
};
