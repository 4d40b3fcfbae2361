import { Router } from 'express';
import { PROFILE_EVENTS, profilePayload } from '@lego-moc/profile/contracts/integration-events';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { Scope } from '@lego-moc/service/scope';
import { interestsCodec } from './adapters/event-store/interests-codec.ts';
import { interestCountsRoute } from './adapters/http/interest-counts.route.ts';
import { builderRoutes, interestRoutes, ownInterestRoutes } from './adapters/http/interests.route.ts';
import { interestCountsIn } from './adapters/read-models/interest-counts.ts';
import { interestReader } from './adapters/read-models/interest-reader.ts';
import { mocInterests } from './adapters/read-models/moc-interests.ts';
import { interestsOfUsers, type InterestsOfUsers } from './application/interests.ts';
import type { VersionReading } from './application/version-reading.ts';
import { interestsDecider } from './domain/interests.ts';

/** Declares likes, bookmarks and follows, and their erasure with their user; returns them with their routes. */
export const declareInterests = (
  it: Scope,
  versions: Pick<VersionReading, 'mocOf'>,
): { readonly interests: InterestsOfUsers; readonly routes: Router } => {
  const reader = interestReader(it.db);
  const interests = interestsOfUsers(it.streams('mocInterests', interestsCodec, interestsDecider), reader, it.clock);
  it.project(mocInterests, interestsCodec);
  it.onIntegrationEvent(
    'moc-management-interests',
    { stream: PROFILE_EVENTS, payload: profilePayload },
    async ({ payload, cause }) => {
      if (payload.status !== 'erased') return;
      await interests.erase(payload.userId as UserId, payload.erasedAt as Instant, cause);
    },
  );
  const routes = Router().use(
    interestRoutes({ interests, versions }),
    builderRoutes({ interests, reader }),
    ownInterestRoutes({ interests, reader }),
    interestCountsRoute(interestCountsIn(it.db)),
  );
  return { interests, routes };
};
