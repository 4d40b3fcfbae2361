import type { Snapshot } from './service-states.ts';
import { addTraffic, trafficBetween, type Traffic } from './traffic.ts';

const MINUTE_MS = 60_000;
const MINUTES_MAX = 24 * 60;
/** More columns nobody tells apart. */
const STEPS_MAX = 144;

/** What was counted in one step of time, of one service or route. */
type Cell = {
  readonly step: number;
  readonly count: number;
  readonly errors: number;
  /** Seconds that 95 % took at most; null beyond the last bound. */
  readonly p95: number | null;
};

export type TrafficView = {
  /** Before this nothing was seen. */
  readonly since: string | null;
  /** When the first step begins. */
  readonly from: string;
  readonly stepSeconds: number;
  readonly steps: number;
  /** The name of a service, or of a route of the service that was asked for. */
  readonly series: readonly { readonly name: string; readonly cells: readonly Cell[] }[];
  /** When a process of a service began to count anew. */
  readonly starts: readonly { readonly service: string; readonly at: string }[];
};

export type TrafficHistory = {
  readonly record: (snapshot: Snapshot) => void;
  readonly view: (
    query: { readonly hours: number; readonly service?: string | undefined },
    nowMs: number,
  ) => TrafficView;
};

/** The traffic of a minute, by service and route. */
type Minute = Map<string, Map<string, Traffic>>;

const P95 = 0.95;

const p95Of = ({ buckets, count }: Traffic): number | null =>
  buckets.find(([, upTo]) => upTo >= count * P95)?.[0] ?? null;

/** The minutes a step has, so that there are not too many of them. */
const minutesPerStep = (hours: number): number => Math.ceil((hours * 60) / STEPS_MAX);

const cellOf = (step: number, traffic: Traffic): Cell => ({
  ...{ step, count: traffic.count, errors: traffic.errors },
  p95: p95Of(traffic),
});

type Minutes = Map<number, Minute>;

const addTo = (minutes: Minutes, minute: number, service: string, traffic: Traffic): void => {
  if (traffic.count === 0) return;
  const services: Minute = minutes.get(minute) ?? new Map<string, Map<string, Traffic>>();
  const routes = services.get(service) ?? new Map<string, Traffic>();
  merge(routes, traffic.name, traffic);
  minutes.set(minute, services.set(service, routes));
};

const merge = <Key>(into: Map<Key, Traffic>, key: Key, traffic: Traffic): void => {
  const before = into.get(key);
  into.set(key, before === undefined ? traffic : addTraffic(before, traffic));
};

type Window = { readonly firstMinute: number; readonly width: number; readonly service: string | undefined };

/** By service, or by route of the service that is asked for, then by step. */
const seriesOf = (minutes: Minutes, { firstMinute, width, service }: Window): TrafficView['series'] => {
  const series = new Map<string, Map<number, Traffic>>();
  for (const [minute, services] of minutes) {
    if (minute < firstMinute) continue;
    const step = Math.floor((minute - firstMinute) / width);
    for (const [name, routes] of services) {
      if (service !== undefined && service !== name) continue;
      for (const [route, traffic] of routes) {
        const key = service === undefined ? name : route;
        const cells = series.get(key) ?? new Map<number, Traffic>();
        merge(cells, step, traffic);
        series.set(key, cells);
      }
    }
  }
  return [...series]
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, cells]) => ({ name, cells: [...cells].map(([step, traffic]) => cellOf(step, traffic)) }));
};

const hasBegunAnew = (former: ReadonlyMap<string, Traffic>, routes: readonly Traffic[]): boolean =>
  routes.some(({ name, count }) => count < (former.get(name)?.count ?? 0));

/** Of the last 24 hours, minute by minute, in memory: a few megabytes with a hundred busy routes. */
export const trafficHistory = (): TrafficHistory => {
  const minutes: Minutes = new Map();
  const latest = new Map<string, ReadonlyMap<string, Traffic>>();
  let starts: TrafficView['starts'] = [];
  let since: string | undefined;

  const forget = (minute: number): void => {
    for (const old of minutes.keys()) if (old <= minute - MINUTES_MAX) minutes.delete(old);
    const oldest = new Date((minute - MINUTES_MAX) * MINUTE_MS).toISOString();
    starts = starts.filter(({ at }) => at > oldest);
  };

  return {
    record: ({ askedAt, services }) => {
      since ??= askedAt;
      const minute = Math.floor(Date.parse(askedAt) / MINUTE_MS);
      for (const { name: service, traffic } of services) {
        if (traffic === null) continue;
        const former = latest.get(service);
        latest.set(service, new Map(traffic.routes.map((route) => [route.name, route])));
        // What it had counted before it was first seen happened at an unknown time.
        if (former === undefined) continue;
        if (hasBegunAnew(former, traffic.routes)) starts = [...starts, { service, at: askedAt }];
        for (const route of traffic.routes)
          addTo(minutes, minute, service, trafficBetween(former.get(route.name), route));
      }
      forget(minute);
    },
    view: ({ hours, service }, nowMs) => {
      const width = minutesPerStep(hours);
      const steps = Math.ceil((hours * 60) / width);
      const firstMinute = Math.floor(nowMs / MINUTE_MS) - steps * width + 1;
      const from = new Date(firstMinute * MINUTE_MS).toISOString();
      return {
        ...{ since: since ?? null, from, steps, stepSeconds: width * 60 },
        series: seriesOf(minutes, { firstMinute, width, service }),
        starts: starts.filter(({ at }) => at >= from),
      };
    },
  };
};

/** Records a snapshot every minute until the function that it returns is called. */
export const recordTraffic = (history: TrafficHistory, states: () => Promise<Snapshot>): (() => void) => {
  const timer = setInterval(() => {
    void states()
      .then((snapshot) => history.record(snapshot))
      .catch(() => undefined);
  }, MINUTE_MS);
  timer.unref();
  return () => clearInterval(timer);
};
