import type { Router } from 'express';
import { userOf } from '@lego-moc/http/caller';
import { exportReplies } from '@lego-moc/http/export-reply';
import { route } from '@lego-moc/http/route-contract';
import type { UserId } from '@lego-moc/kernel/message';
import type { Owners } from '../../application/owners.ts';
import type { ExportLine } from '../../contracts/export-api.ts';
import { exportOwnMocs } from './reading-contracts.ts';
import { refusal } from './rejection-status.ts';

/** The route that gives a user everything that this context has of them, until they are erased. */
export const exportRoute = (
  read: (user: UserId) => AsyncIterable<ExportLine>,
  owners: Pick<Owners, 'refusal'>,
): Router => {
  const reply = exportReplies('lego-moc-mocs.ndjson');

  return route(exportOwnMocs, async ({ request }) => {
    const { id: user } = userOf(request);
    const rejection = await owners.refusal(user);
    return rejection === undefined ? reply(user, read(user)) : refusal(rejection);
  });
};
