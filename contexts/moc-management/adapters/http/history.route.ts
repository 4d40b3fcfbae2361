import type { Router } from 'express';
import { userOf } from '@lego-moc/http/caller';
import { ok } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import type { EventStreams, Recorded } from '@lego-moc/application/event-streams';
import type { MocEvent, MocId } from '../../domain/moc-events.ts';
import { readHistory } from './reading-contracts.ts';
import { noSuchMoc } from './rejection-status.ts';

const historyEntry = ({ event, revision, recordedAt, cause }: Recorded<MocEvent>) => ({
  revision: String(revision),
  type: event.type,
  data: event.data,
  recordedAt,
  actor: cause.actor,
  correlationId: cause.correlationId,
});

/** The history of a MOC, for its owner only; also after it was deleted. */
export const historyRoute = (streams: EventStreams<MocEvent>): Router =>
  route(readHistory, async ({ request, params, query: { cursor, limit } }) => {
    const mocId = params.mocId as MocId;
    const owner = await ownerOf(streams, mocId);
    if (owner === undefined || owner !== userOf(request).id) return noSuchMoc;

    const events: Recorded<MocEvent>[] = [];
    for await (const recorded of streams.recorded(mocId, cursor)) {
      events.push(recorded);
      if (events.length > limit) break;
    }
    const next = events.length > limit ? events.pop()?.revision : undefined;
    return ok({ events: events.map(historyEntry), nextCursor: next === undefined ? null : String(next) });
  });

const ownerOf = async (streams: EventStreams<MocEvent>, mocId: MocId): Promise<string | undefined> => {
  for await (const { event } of streams.recorded(mocId)) {
    return event.type === 'MocDrafted' ? event.data.owner : undefined;
  }
  return undefined;
};
