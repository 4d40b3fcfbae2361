import { Router, type RequestHandler } from 'express';
import { ok } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import type { Routing } from '../../contracts/routing.ts';
import { readRouting } from './contracts.ts';

type RoutingRoutes = {
  readonly readAll: () => Promise<readonly Routing[]>;
  readonly note: (instance: string, drainedVersions: Readonly<Record<string, number>>) => Promise<void>;
};

/** For gateways. `guard` admits only services. */
export const routingRoutes = ({ readAll, note }: RoutingRoutes, guard: RequestHandler): Router =>
  Router()
    .use('/internal/v1/routing', guard)
    .use(
      route(readRouting, async ({ body: { instance, drained } }) => {
        await note(instance, drained);
        const routings = await readAll();
        return ok({ routings: routings.filter(({ state, nextPercent }) => state !== 'off' || nextPercent !== null) });
      }),
    );
