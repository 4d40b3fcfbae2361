import { Router, type Express } from 'express';
import { createApi } from '@lego-moc/http/api';
import { ok, respond } from '@lego-moc/http/respond';
import type { Logger } from '@lego-moc/logger/logger';
import type { Metrics } from '@lego-moc/metrics/metrics';
import type { ContextKeys } from './context-keys.ts';

/** Where services find the keys that user contexts are signed with. */
export const USER_CONTEXT_JWKS_PATH = '/.well-known/user-context-jwks.json';

/** What the gateway answers itself, through Express. */
export const ownPages = (keys: ContextKeys, logger: Logger, metrics: Metrics): Express =>
  createApi({
    service: 'gateway',
    logger,
    metrics,
    routes: [
      Router().get(
        USER_CONTEXT_JWKS_PATH,
        respond(() => ok(keys.published(), { headers: { 'cache-control': 'public, max-age=60' } })),
      ),
    ],
  });
