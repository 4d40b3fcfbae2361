import { Router, type Express } from 'express';
import type { JSONWebKeySet } from 'jose';
import { createApi } from '@lego-moc/http/api';
import { ok, respond } from '@lego-moc/http/respond';
import type { Logger } from '@lego-moc/logger/logger';
import { createMetrics } from '@lego-moc/metrics/metrics';
import { publicPart } from './keys.ts';

/** The development issuer: publishes its keys where a real Auth Service would, and signs nobody in. */
export const identityApi = (keys: JSONWebKeySet, logger: Logger): Express =>
  createApi({
    service: 'identity',
    logger,
    metrics: createMetrics('identity'),
    routes: [
      Router().get(
        '/.well-known/jwks.json',
        respond(() => ok(publicPart(keys), { headers: { 'cache-control': 'public, max-age=300' } })),
      ),
    ],
  });
