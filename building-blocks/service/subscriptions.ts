import { setTimeout as sleep } from 'node:timers/promises';
import { Router, type Request } from 'express';
import { z } from 'zod';
import type { EventStoreClient } from '@lego-moc/event-store/connect';
import type { OperableGroup, OperableStatus } from '@lego-moc/event-store/operable';
import { ok, type Reply } from '@lego-moc/http/respond';
import { defineRoute, route, type RouteContract } from '@lego-moc/http/route-contract';
import type { Metrics } from '@lego-moc/metrics/metrics';
import type { RunningProjection } from '@lego-moc/read-models/run-projection';
import { causeOfChange } from './acting.ts';
import { formerGeneration, groupStatus, operableName, operableRoutes } from './operable-routes.ts';
import { reasonQuery } from './operator-actions.ts';

/** The read model behind a group; without figures while its store does not answer. */
const readModel = z.object({
  name: z.string(),
  generation: z.int().nullable(),
  builtAt: z.string().nullable(),
  rows: z.int().nullable(),
  former: formerGeneration.optional(),
});

const subscriptionStatus = groupStatus.extend({ readModel: readModel.optional() });

const routes = operableRoutes<OperableGroup>({
  singular: 'subscription',
  plural: 'subscriptions',
  status: subscriptionStatus,
});

const readModelOf = async (projection: RunningProjection): Promise<z.infer<typeof readModel>> => {
  const figures = await projection.readModel().catch(() => ({ generation: null, builtAt: null, rows: null }));
  return { name: projection.name, ...figures };
};

/** The groups, of which those behind projections say how their read models stand. */
export const withReadModels = (
  groups: readonly OperableGroup[],
  projections: readonly RunningProjection[],
): readonly OperableGroup[] => {
  const projectionOf = new Map(projections.map((projection) => [projection.group, projection]));
  return groups.map((group) => {
    const projection = projectionOf.get(group.name);
    if (projection === undefined) return group;
    const status = async () => {
      const [groupFigures, figures] = await Promise.all([group.status(), readModelOf(projection)]);
      return { ...groupFigures, readModel: figures };
    };
    return { ...group, status };
  });
};

const changeRoute = (path: 'start' | 'stop', summary: string) =>
  defineRoute({
    ...{ tags: ['operations'], access: 'operator', method: 'post', path: `/ops/subscriptions/:name/${path}`, summary },
    ...{ params: operableName, query: reasonQuery },
    replies: {
      200: { description: 'How it stands now', schema: subscriptionStatus },
      400: { description: 'Without a reason or an Idempotency-Key' },
      403: { description: 'role-missing: this needs the role operator:act' },
      404: { description: 'There is no such subscription' },
    },
  });

const START = changeRoute('start', 'Let a subscription that was stopped take messages again');
const STOP = changeRoute(
  'stop',
  'Let a subscription of the instance that is asked take no further messages, until it is started or the service is',
);

/** For the OpenAPI document of the service. */
export const SUBSCRIPTION_CONTRACTS: readonly RouteContract[] = [...routes.contracts, START, STOP];

/** `/ops/subscriptions` of a service: all its persistent groups, those behind projections among them. */
export const subscriptionsRouter: typeof routes.router = (groups, guard, recordAction, visibilityOf) => {
  const change = (
    request: Request,
    name: string,
    action: 'start' | 'stop',
    act: (group: OperableGroup) => Promise<void> | void,
  ): Promise<Reply> => {
    causeOfChange(request);
    return routes.answerFor(groups(), name, async (group) => {
      await recordAction(request, { action, target: name, count: null });
      await act(group);
      return ok(await group.status());
    });
  };
  return Router().use(
    routes.router(groups, guard, recordAction, visibilityOf),
    route(START, ({ params: { name }, request }) => change(request, name, 'start', (group) => group.resume())),
    route(STOP, ({ params: { name }, request }) => change(request, name, 'stop', (group) => group.pause())),
  );
};

const STATES: readonly OperableStatus['state'][] = ['connecting', 'live', 'behind', 'standby', 'waiting', 'stopped'];

/** A scrape ends after ten seconds; figures that the store has not delivered by then are left out. */
const ANSWER_WITHIN_MS = 3_000;

const statusWithin = async (group: OperableGroup): Promise<OperableStatus | undefined> => {
  const waitController = new AbortController();
  try {
    return await Promise.race([
      group.status(),
      sleep(ANSWER_WITHIN_MS, undefined, { signal: waitController.signal, ref: false }),
    ]);
  } catch {
    return undefined;
  } finally {
    waitController.abort();
  }
};

/**
 * Shows every group in Prometheus: `subscription_state`, `subscription_lag_messages`, `subscription_lag_seconds`,
 * and `subscription_parked_messages`. All but the state are left out while the store does not report them.
 */
export const gaugeSubscriptions = (metrics: Metrics, groups: () => readonly OperableGroup[]): void => {
  const state = metrics.gauge('subscription_state', '1 for the state that the subscription is in, 0 for the others.', [
    'group',
    'state',
  ]);
  const lag = metrics.gauge(
    'subscription_lag_messages',
    'Events that the group has not handled yet; left out while it is behind in the whole log.',
    ['group'],
  );
  const seconds = metrics.gauge(
    'subscription_lag_seconds',
    'Age of the first event that the group has not handled yet, 0 without any.',
    ['group'],
  );
  const parkedGauge = metrics.gauge(
    'subscription_parked_messages',
    'Messages that were given up on and wait for people.',
    ['group'],
  );

  metrics.beforeExposition(async () => {
    const statuses = await Promise.all(
      groups().map(async (subscription) => ({ subscription, status: await statusWithin(subscription) })),
    );
    for (const gauge of [state, lag, seconds, parkedGauge]) gauge.reset();
    for (const { subscription, status } of statuses) {
      const group = subscription.name;
      for (const name of STATES)
        state.set({ group, state: name }, name === (status?.state ?? subscription.state()) ? 1 : 0);
      if (status === undefined) continue;
      if (status.lag !== null) lag.set({ group }, status.lag);
      if (status.lagSeconds !== undefined) seconds.set({ group }, status.lagSeconds);
      parkedGauge.set({ group }, status.parked);
    }
  });
};

/** Shows in Prometheus how many calls are open on each connection to the event store, which carries 100 of them. */
export const gaugeOpenCalls = (metrics: Metrics, { openCalls }: Pick<EventStoreClient, 'openCalls'>): void => {
  const gauge = metrics.gauge('event_store_open_calls', 'Calls open on a connection to the event store.', ['client']);
  metrics.beforeExposition(() => {
    gauge.reset();
    for (const { client, calls } of openCalls()) gauge.set({ client }, calls);
    return Promise.resolve();
  });
};
