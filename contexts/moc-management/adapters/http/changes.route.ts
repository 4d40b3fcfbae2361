import { Router, type Request } from 'express';
import { causeOf } from '@lego-moc/http/cause';
import { userOf } from '@lego-moc/http/caller';
import { expectedRevision } from '@lego-moc/http/if-match';
import { omitUndefined } from '@lego-moc/http/omit-undefined';
import { noContent, type Reply } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import type { Clock } from '@lego-moc/application/clock';
import type { HandleCommand, Outcome } from '@lego-moc/application/command-handler';
import { isRejection } from '@lego-moc/kernel/decider';
import type { MocCommand } from '../../domain/moc-commands.ts';
import type { FileId, MocId, PartsListId } from '../../domain/moc-events.ts';
import type { MocRejection } from '../../domain/moc.ts';
import type { ClaimRejection } from '../../application/titles.ts';
import type { Revise } from '../../application/revision.ts';
import { changeOf } from './described.ts';
import { refusal } from './rejection-status.ts';
import {
  deleteMoc,
  detachFile,
  orderInstructions,
  publishMoc,
  putPartsList,
  reviseMoc,
  unlistParts,
} from './writing-contracts.ts';

const replyOf = (outcome: Outcome<MocRejection | ClaimRejection>): Reply =>
  isRejection(outcome) ? refusal(outcome) : noContent(outcome.revision === 'no-stream' ? undefined : outcome.revision);

/** Changes of a MOC by its owner. */
export const changeRoutes = (handle: HandleCommand<MocCommand, MocRejection>, revise: Revise, now: Clock): Router => {
  const change = async (request: Request, command: MocCommand): Promise<Reply> =>
    replyOf(await handle(command.data.mocId, command, causeOf(request), expectedRevision(request)));

  return Router().use(
    route(reviseMoc, async ({ request, params, body }) => {
      const mocId = params.mocId as MocId;
      const data = { mocId, by: userOf(request).id, ...changeOf(body) };
      return replyOf(await revise({ type: 'ReviseMoc', data }, causeOf(request), expectedRevision(request)));
    }),
    route(publishMoc, ({ request, params }) => {
      const mocId = params.mocId as MocId;
      return change(request, { type: 'PublishMoc', data: { mocId, by: userOf(request).id, at: now() } });
    }),
    route(deleteMoc, ({ request, params }) => {
      const mocId = params.mocId as MocId;
      return change(request, { type: 'DeleteMoc', data: { mocId, by: userOf(request).id, at: now() } });
    }),
    route(detachFile, ({ request, params }) => {
      const mocId = params.mocId as MocId;
      const fileId = params.fileId as FileId;
      return change(request, { type: 'DetachFile', data: { mocId, by: userOf(request).id, fileId } });
    }),
    route(orderInstructions, ({ request, params, body }) => {
      const mocId = params.mocId as MocId;
      const order = body.order as FileId[];
      return change(request, { type: 'OrderInstructions', data: { mocId, by: userOf(request).id, order } });
    }),
    route(putPartsList, ({ request, params, body }) => {
      const mocId = params.mocId as MocId;
      const partsListId = params.partsListId as PartsListId;
      const data = { mocId, by: userOf(request).id, partsListId, ...omitUndefined(body) };
      return change(request, { type: 'RevisePartsList', data });
    }),
    route(unlistParts, ({ request, params }) => {
      const mocId = params.mocId as MocId;
      const partsListId = params.partsListId as PartsListId;
      return change(request, { type: 'UnlistParts', data: { mocId, by: userOf(request).id, partsListId } });
    }),
  );
};
