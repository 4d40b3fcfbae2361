import { Router, type Request } from 'express';
import type { HandleCommand } from '@lego-moc/application/command-handler';
import { causeOf } from '@lego-moc/http/cause';
import { userOf } from '@lego-moc/http/caller';
import { expectedRevision } from '@lego-moc/http/if-match';
import { noContent, type Reply } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { isRejection } from '@lego-moc/kernel/decider';
import type { Succession } from '../../application/succession.ts';
import type { MocCommand } from '../../domain/moc-commands.ts';
import type { MocId } from '../../domain/moc-id.ts';
import type { MocRejection } from '../../domain/moc.ts';
import { refusal } from './rejection-status.ts';
import { nameSuccessor, withdrawSuccessor } from './succession-contracts.ts';

/** The header that leads readers from a MOC to its successor. */
export const successorLink = (successor: string): Readonly<Record<string, string>> => ({
  link: `</v1/mocs/${successor}>; rel="successor-version"`,
});

/** Which MOC takes the place of another, as the owner of that one says. */
export const successionRoutes = (handle: HandleCommand<MocCommand, MocRejection>, succession: Succession): Router => {
  const name = async (request: Request, mocId: MocId, successor: MocId | null): Promise<Reply> => {
    const isPublished = successor !== null && (await succession.isPublished(successor));
    const data = { mocId, by: userOf(request).id, successor, isPublished };
    const outcome = await handle(mocId, { type: 'NameSuccessor', data }, causeOf(request), expectedRevision(request));
    if (isRejection(outcome)) return refusal(outcome);
    return noContent(outcome.revision === 'no-stream' ? undefined : outcome.revision);
  };

  return Router().use(
    route(nameSuccessor, ({ request, params, body }) => name(request, params.mocId as MocId, body.mocId as MocId)),
    route(withdrawSuccessor, ({ request, params }) => name(request, params.mocId as MocId, null)),
  );
};
