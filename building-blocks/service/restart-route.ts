import { Router, type RequestHandler } from 'express';
import { z } from 'zod';
import { problem } from '@lego-moc/http/respond';
import { defineRoute, route, type RouteContract } from '@lego-moc/http/route-contract';
import { causeOfChange } from './acting.ts';
import { reasonQuery, type RecordAction } from './operator-actions.ts';

const RESTART = defineRoute({
  ...{ tags: ['operations'], access: 'operator', method: 'post', path: '/ops/restart', query: reasonQuery },
  summary: 'Let the instance that is asked end what it does and stop; whoever runs it starts it again',
  replies: {
    202: { description: 'It stops', schema: z.object({ upForSeconds: z.int() }) },
    400: { description: 'Without a reason or an Idempotency-Key' },
    403: { description: 'role-missing: this needs the role operator:act' },
    409: { description: 'started-just-now: it is a few seconds old' },
  },
});

/** For the OpenAPI document of the service. */
export const RESTART_CONTRACTS: readonly RouteContract[] = [RESTART];

/** A request that is sent twice restarts once: the second one finds a young instance. */
const AGE_MIN_SECONDS = 10;

const STARTED_JUST_NOW = problem(
  409,
  'started-just-now',
  `The instance started less than ${String(AGE_MIN_SECONDS)} seconds ago.`,
);

export type RestartableProcess = { readonly stop: () => void; readonly uptime: () => number };

const ownProcess: RestartableProcess = {
  stop: () => void process.emit('SIGTERM', 'SIGTERM'),
  uptime: () => process.uptime(),
};

/** `/ops/restart`: stops the process as its supervisor would, after it is on record who asked for it, and why. */
export const restartRouter = (
  guard: RequestHandler,
  recordAction: RecordAction,
  { stop, uptime }: RestartableProcess = ownProcess,
): Router =>
  Router()
    .use('/ops/restart', guard)
    .use(
      route(RESTART, async ({ request }) => {
        causeOfChange(request);
        const age = uptime();
        if (age < AGE_MIN_SECONDS) return STARTED_JUST_NOW;
        await recordAction(request, { action: 'restart', target: 'instance', count: 1 });
        request.res?.once('finish', stop);
        return { status: 202, body: { upForSeconds: Math.floor(age) } };
      }),
    );
