import { Router } from 'express';
import type { Clock } from '@lego-moc/application/clock';
import { causeOf } from '@lego-moc/http/cause';
import { userOf } from '@lego-moc/http/caller';
import { createdReply, noContent } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { isRejection } from '@lego-moc/kernel/decider';
import { derivedId } from '@lego-moc/kernel/ids';
import type { UserId } from '@lego-moc/kernel/message';
import type { BeginDependencies } from '../../application/begin-build.ts';
import { invitationIdOf, joinBuild } from '../../application/join-build.ts';
import * as contracts from './build-contracts.ts';
import { buildNotFound, toProblem } from './rejection-status.ts';
import { buildReplyOf, visibleBuild } from './visible-build.ts';

/** Routes that let others take part in a build. */
export const memberRoutes = (needs: BeginDependencies & { readonly now: Clock }): Router => {
  const { builds, now } = needs;
  const join = joinBuild(needs);
  const find = visibleBuild(builds);

  return Router().use(
    route(contracts.inviteToBuild, async ({ request, params: { buildId }, body: { role } }) => {
      const cause = causeOf(request);
      const code = derivedId('invitation-code', cause.commandId);
      const data = { by: userOf(request).id, invitationId: invitationIdOf(buildId, code), role, at: now() };
      const outcome = await builds.handle(buildId, { type: 'IssueInvitation', data }, cause);
      if (isRejection(outcome)) return toProblem(outcome);
      return createdReply(`/v1/inventory/builds/${buildId}/membership`, { code, role });
    }),

    route(contracts.joinBuild, async ({ request, params: { buildId }, body: { code } }) => {
      const data = { by: userOf(request).id, invitationId: invitationIdOf(buildId, code), at: now() };
      const outcome = await join(buildId, data, causeOf(request));
      if (isRejection(outcome)) return toProblem(outcome);
      const result = await find(request, buildId);
      return result === undefined ? buildNotFound : buildReplyOf(request, result);
    }),

    route(contracts.leaveBuild, async ({ request, params: { buildId, memberId } }) => {
      const data = { by: userOf(request).id, member: memberId as UserId, at: now() };
      const outcome = await builds.handle(buildId, { type: 'LeaveBuild', data }, causeOf(request));
      return isRejection(outcome) ? toProblem(outcome) : noContent();
    }),
  );
};
