import type { Request } from 'express';
import type { Revision } from '@lego-moc/application/event-streams';
import { userOf } from '@lego-moc/http/caller';
import { ok, type Reply } from '@lego-moc/http/respond';
import { toBuildReply } from '../../application/build-reply.ts';
import type { Builds } from '../../application/follow-builds.ts';
import type { OpenBuild } from '../../domain/builds/open-build.ts';
import { roleOf } from '../../domain/builds/build-sharing.ts';
import { etagOf } from './owned-item.ts';

export type VisibleBuild = { readonly build: OpenBuild; readonly revision: Revision };

/** A build as its stream has it at this moment; `undefined` for one that is not there, or that the caller may not see. */
export const visibleBuild =
  (builds: Pick<Builds, 'latest'>) =>
  async (request: Request, buildId: string): Promise<VisibleBuild | undefined> => {
    const { state, revision } = await builds.latest(buildId);
    if (state.status !== 'open' || roleOf(state, userOf(request).id) === undefined) return undefined;
    return { build: state, revision };
  };

/** The reply with a build. */
export const buildReplyOf = (request: Request, { build, revision }: VisibleBuild): Reply =>
  ok(toBuildReply(build, userOf(request).id), { etag: etagOf(revision) });
