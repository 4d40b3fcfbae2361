import { Router, type Request } from 'express';
import type { Clock } from '@lego-moc/application/clock';
import type { EventStreams } from '@lego-moc/application/event-streams';
import { causeOf } from '@lego-moc/http/cause';
import { userOf } from '@lego-moc/http/caller';
import { ok, problem, streamReply, type Reply } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { EVENT_STREAM_HEADERS, tooManyStreams, watcherLimit } from '@lego-moc/http/watcher-limit';
import { isRejection } from '@lego-moc/kernel/decider';
import { derivedId } from '@lego-moc/kernel/ids';
import { toOperationsEvent } from '../../application/build-reply.ts';
import type { Builds } from '../../application/follow-builds.ts';
import type { OperationsEvent } from '../../contracts/builds-api.ts';
import type { BuildEvent } from '../../domain/builds/build-events.ts';
import type { BuildCommand } from '../../domain/builds/build-commands.ts';
import { isWay } from '../../domain/builds/operations.ts';
import * as contracts from './build-contracts.ts';
import { followOperations } from './follow-operations.ts';
import { toBuildLot } from './lots-of-request.ts';
import { etagOf } from './owned-item.ts';
import { buildNotFound, toProblem } from './rejection-status.ts';
import { buildReplyOf, visibleBuild } from './visible-build.ts';

export type OperationRoutes = {
  readonly builds: Builds;
  readonly streams: Pick<EventStreams<BuildEvent>, 'readEvents'>;
  readonly now: Clock;
};

/** The revision after the last one that an EventSource has seen. */
const nextRevision = (request: Request): bigint => {
  const id = request.get('last-event-id') ?? '';
  return /^\d{1,18}$/.test(id) ? BigInt(id) + 1n : 0n;
};

type SentOperation = (typeof contracts.recordOperations)['body']['_output']['operations'][number];

const toOperation = (operation: SentOperation) =>
  'undoes' in operation ? operation : { ...operation, lots: operation.lots.map(toBuildLot) };

/** Routes that merge, list and watch the operations of builds. */
export const operationRoutes = ({ builds, streams, now }: OperationRoutes): Router => {
  const watchers = watcherLimit();
  const find = visibleBuild(builds);

  const replyAfter = async (request: Request, buildId: string, command: BuildCommand): Promise<Reply> => {
    const outcome = await builds.handle(buildId, command, causeOf(request));
    if (isRejection(outcome)) return toProblem(outcome);
    const result = await find(request, buildId);
    return result === undefined ? buildNotFound : buildReplyOf(request, result);
  };

  return Router().use(
    route(contracts.recordOperations, async ({ request, params: { buildId }, body: { operations } }) => {
      if ((await find(request, buildId)) === undefined) return buildNotFound;
      const wrongPlace = operations.findIndex(
        (operation) => 'from' in operation && !isWay(operation.from, operation.to),
      );
      if (wrongPlace !== -1) {
        const detail = 'Pieces cannot go from that account to that one at once.';
        const errors = [{ pointer: `/operations/${String(wrongPlace)}/to`, detail }];
        return problem(422, 'way-not-possible', detail, { errors });
      }
      const data = { by: userOf(request).id, operations: operations.map(toOperation), at: now() };
      return replyAfter(request, buildId, { type: 'RecordOperations', data });
    }),

    route(contracts.readOperations, async ({ request, params: { buildId }, query: { cursor, limit } }) => {
      const result = await find(request, buildId);
      if (result === undefined) return buildNotFound;
      const events: OperationsEvent[] = [];
      let nextCursor: string | null = null;
      for await (const recordedEvent of streams.readEvents(buildId, cursor)) {
        const event = toOperationsEvent(recordedEvent, result.build);
        if (event === undefined) continue;
        if (events.length === limit) {
          nextCursor = event.revision;
          break;
        }
        events.push(event);
      }
      return ok({ events, nextCursor }, { etag: etagOf(result.revision) });
    }),

    route(contracts.watchOperations, async ({ request, params: { buildId } }) => {
      if ((await find(request, buildId)) === undefined) return buildNotFound;
      const release = watchers.admit(userOf(request).id);
      if (release === undefined) return tooManyStreams;
      const look = async () => (await find(request, buildId))?.build;
      const events = followOperations(streams, buildId, nextRevision(request), look);
      return streamReply(events.once('close', release), EVENT_STREAM_HEADERS);
    }),

    route(contracts.takeApart, ({ request, params: { buildId }, body: { location } }) => {
      const { commandId } = causeOf(request);
      const ids = { removalId: derivedId('remove', commandId), returnId: derivedId('return', commandId) };
      const data = { by: userOf(request).id, location, ...ids, at: now() };
      return replyAfter(request, buildId, { type: 'TakeApart', data });
    }),
  );
};
