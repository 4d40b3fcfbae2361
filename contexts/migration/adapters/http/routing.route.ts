import { Router, type RequestHandler } from 'express';
import { noContent, ok } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import type { EvidenceReport } from '../../contracts/evidence.ts';
import type { Routing } from '../../contracts/routing.ts';
import { readRouting, reportEvidence } from './contracts.ts';

type RoutingRoutes = {
  readonly readAll: () => Promise<readonly Routing[]>;
  readonly note: (instance: string, drainedVersions: Readonly<Record<string, number>>) => Promise<void>;
  readonly noteEvidence: (report: EvidenceReport) => Promise<void>;
};

/** For gateways. `guard` admits only services. */
export const routingRoutes = ({ readAll, note, noteEvidence }: RoutingRoutes, guard: RequestHandler): Router =>
  Router()
    .use(['/internal/v1/routing', '/internal/v1/evidence'], guard)
    .use(
      route(readRouting, async ({ body: { instance, drained } }) => {
        await note(instance, drained);
        const routings = await readAll();
        return ok({ routings: routings.filter(({ state, nextPercent }) => state !== 'off' || nextPercent !== null) });
      }),
      route(reportEvidence, async ({ body }) => {
        await noteEvidence(body);
        return noContent();
      }),
    );
