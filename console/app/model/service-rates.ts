import type { ServiceState, Snapshot } from '../api/services.ts';
import { rateBetween, type Rate, type Traffic } from './rates.ts';

/** What one service asked of another between two snapshots. */
export type Call = {
  readonly from: string;
  readonly to: string;
  readonly rate: Rate | undefined;
  readonly isOpen: boolean;
};

export type RouteRow = { readonly service: string; readonly route: string; readonly rate: Rate | undefined };

const secondsBetween = (before: Snapshot | undefined, now: Snapshot): number =>
  before === undefined ? 0 : (Date.parse(now.askedAt) - Date.parse(before.askedAt)) / 1_000;

const findTraffic = (
  snapshot: Snapshot | undefined,
  service: string,
  kind: 'routes' | 'calls',
  name: string,
): Traffic | undefined =>
  snapshot?.services.find((state) => state.name === service)?.traffic?.[kind].find((entry) => entry.name === name);

const calledBy = ({ traffic }: ServiceState): ReadonlySet<string> =>
  new Set([...(traffic?.calls ?? []).map(({ name }) => name), ...(traffic?.breakers ?? []).map(({ to }) => to)]);

/** Who called whom, and the breakers between them. */
export const callsOf = (now: Snapshot, before: Snapshot | undefined): readonly Call[] =>
  now.services.flatMap((service) =>
    [...calledBy(service)].map((to) => {
      const from = service.name;
      const current = findTraffic(now, from, 'calls', to);
      const rate =
        current === undefined
          ? undefined
          : rateBetween(findTraffic(before, from, 'calls', to), current, secondsBetween(before, now));
      const isOpen = service.traffic?.breakers.some((breaker) => breaker.to === to && breaker.isOpen) ?? false;
      return { from, to, rate, isOpen };
    }),
  );

export const routesOf = (now: Snapshot, before: Snapshot | undefined): readonly RouteRow[] =>
  now.services.flatMap(({ name: service, traffic }) =>
    (traffic?.routes ?? []).map((entry) => ({
      service,
      route: entry.name,
      rate: rateBetween(findTraffic(before, service, 'routes', entry.name), entry, secondsBetween(before, now)),
    })),
  );
