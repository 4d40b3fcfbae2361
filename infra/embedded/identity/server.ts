import { type Express, type Request, type RequestHandler } from 'express';
import type { JSONWebKeySet } from 'jose';
import { z } from 'zod';
import { createApi } from '@lego-moc/http/api';
import { exactRouter } from '@lego-moc/http/exact-router';
import { isLoopbackHost } from '@lego-moc/http/loopback-host';
import { refuse } from '@lego-moc/http/problem';
import { ok, respond } from '@lego-moc/http/respond';
import type { Logger } from '@lego-moc/logger/logger';
import { createMetrics } from '@lego-moc/metrics/metrics';
import type { TokenRequest } from './issue-token.ts';
import { publicPart } from './keys.ts';

const tokenRequest = z.object({
  name: z.string().min(1).max(64),
  roles: z
    .array(z.string().regex(/^[\w:.-]{1,64}$/))
    .max(32)
    .default([]),
});

/** Pages of other sites cannot send JSON here, and those that point their own name at this machine are refused. */
const requireThisMachine: RequestHandler = (request, _response, next) => {
  if (!isLoopbackHost(request.headers.host))
    refuse(403, 'host-refused', 'The development issuer answers only to the names of this machine itself.');
  if (request.is('application/json') === false)
    refuse(415, 'unsupported-media-type', 'Send {"name": "…", "roles": […]} as application/json.');
  next();
};

/**
 * The development issuer: publishes its keys where a real Auth Service would, and gives whoever is on this machine the
 * token they ask for, as `npm run token` does.
 */
export const identityApi = (
  keys: JSONWebKeySet,
  logger: Logger,
  issue: (request: TokenRequest) => Promise<string>,
): Express =>
  createApi({
    service: 'identity',
    logger,
    metrics: createMetrics('identity'),
    routes: [
      exactRouter().get(
        '/.well-known/jwks.json',
        respond(() => ok(publicPart(keys), { headers: { 'cache-control': 'public, max-age=300' } })),
      ),
      exactRouter().post(
        '/tokens',
        requireThisMachine,
        respond(async (request: Request) =>
          ok({ token: await issue(tokenRequest.parse(request.body)) }, { headers: { 'cache-control': 'no-store' } }),
        ),
      ),
    ],
  });
