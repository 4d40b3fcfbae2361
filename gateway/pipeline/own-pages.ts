import type { Express } from 'express';
import { createApi } from '@lego-moc/http/api';
import { exactRouter } from '@lego-moc/http/exact-router';
import { ok, respond } from '@lego-moc/http/respond';
import type { Logger } from '@lego-moc/logger/logger';
import type { Metrics } from '@lego-moc/metrics/metrics';
import type { ContextKeys } from '../security/context-keys.ts';
import { consoleFiles } from '../console/console-files.ts';
import { landingPage } from '../console/landing-page.ts';
import type { Snapshot } from '../console/service-states.ts';
import { servicesRoute } from '../console/services.ts';
import { sessionRoutes, type SessionOptions } from '../console/session.ts';
import type { TrafficHistory } from '../console/traffic-history.ts';
import type { PortalDocuments } from '../portal/documents.ts';
import { portalPages } from '../portal/portal-pages.ts';
import type { Route } from '../routing/routes.ts';

/** Services fetch the public keys of user contexts here. */
export const USER_CONTEXT_JWKS_PATH = '/.well-known/user-context-jwks.json';

export type OwnPages = {
  readonly contextKeys: ContextKeys;
  readonly routes: readonly Route[];
  readonly documents: PortalDocuments;
  readonly session: SessionOptions;
  readonly states: () => Promise<Snapshot>;
  readonly history: TrafficHistory;
  readonly logger: Logger;
  readonly metrics: Metrics;
};

/** The gateway's own pages, served by Express. */
export const ownPages = ({
  contextKeys,
  routes,
  documents,
  session,
  states,
  history,
  logger,
  metrics,
}: OwnPages): Express =>
  createApi({
    service: 'gateway',
    logger,
    metrics,
    readsBodies: false,
    routes: [
      exactRouter().get(
        USER_CONTEXT_JWKS_PATH,
        respond(() => ok(contextKeys.publicKeys(), { headers: { 'cache-control': 'public, max-age=60' } })),
      ),
      landingPage(),
      portalPages(routes, documents),
      sessionRoutes(session),
      servicesRoute({ verifyToken: session.verifyToken, states, history }),
      consoleFiles(),
    ],
  });
