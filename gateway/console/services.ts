import type { Router } from 'express';
import { z } from 'zod';
import { exactRouter } from '@lego-moc/http/exact-router';
import { ok, respond } from '@lego-moc/http/respond';
import type { TokenVerifier } from '../security/tokens.ts';
import type { Snapshot } from './service-states.ts';
import { operatorOf } from './session.ts';
import type { TrafficHistory } from './traffic-history.ts';

export type ServicesOptions = {
  readonly verifyToken: TokenVerifier;
  readonly states: () => Promise<Snapshot>;
  readonly history: TrafficHistory;
};

const NO_STORE = { headers: { 'cache-control': 'no-store' } } as const;

const historyQuery = z.object({
  hours: z.coerce.number().int().min(1).max(24).default(1),
  /** Its routes instead of all services. */
  service: z.string().max(100).optional(),
});

/**
 * `/console/api/services`: state and traffic of the gateway and every service, since each started;
 * `/console/api/traffic`: the course of that, as far as this gateway has seen it.
 */
export const servicesRoute = ({ verifyToken, states, history }: ServicesOptions): Router =>
  exactRouter()
    .get(
      '/console/api/services',
      respond(async (request) => {
        await operatorOf(request, { verifyToken });
        return ok(await states(), NO_STORE);
      }),
    )
    .get(
      '/console/api/traffic',
      respond(async (request) => {
        await operatorOf(request, { verifyToken });
        const query = historyQuery.parse(request.query);
        history.record(await states());
        return ok(history.view(query, Date.now()), NO_STORE);
      }),
    );
