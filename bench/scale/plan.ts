import { sizeOf } from '../../infra/cdk/platform/sizes.ts';
import { COSTS_MS } from './measurements.ts';
import { simulate, type Simulation, type Station } from './queues.ts';

/** Processors of one node: `m7i.large` and `t4g.medium`, as in `infra/cdk/platform/stages.ts`. */
const NODES = { 'event-store': 2, postgres: 2 } as const;

/** Services are scaled at this utilization, and tasks are never fewer than in production. */
const UTILIZATION_MAX = 0.7;
const TASKS_MIN = 2;

/** Dollars a month for a quarter of a processor of Fargate, from the requirements' table. */
const QUARTER_PROCESSOR_USD = 15;
const PROCESSOR_UNITS = 1_024;

type ServiceName = Exclude<keyof typeof COSTS_MS, keyof typeof NODES>;

const SERVICES = (Object.keys(COSTS_MS) as (keyof typeof COSTS_MS)[]).filter(
  (name): name is ServiceName => !(name in NODES),
);

/** What a request waits for; the others work on what follows from it. */
const ON_THE_WAY = ['gateway', 'moc-management', 'event-store', 'postgres'] as const;

const processorsOf = (service: string): number => sizeOf(service, { min: 1, max: 1 }).cpu / PROCESSOR_UNITS;

/** Tasks of a service that keep it below the utilization at which another one is started. */
const tasksFor = (service: ServiceName, perSecond: number): number =>
  Math.max(TASKS_MIN, Math.ceil((perSecond * COSTS_MS[service]) / 1_000 / processorsOf(service) / UTILIZATION_MAX));

/** Processors that a component which grows by its node needs. */
const processorsFor = (component: keyof typeof NODES, perSecond: number): number =>
  Math.max(NODES[component], 2 ** Math.ceil(Math.log2((perSecond * COSTS_MS[component]) / 1_000 / UTILIZATION_MAX)));

export type Plan = {
  readonly perSecond: number;
  readonly tasks: ReadonlyMap<string, number>;
  /** Processors of the event store's leader and of the database. */
  readonly processors: Readonly<Record<keyof typeof NODES, number>>;
  /** Connections to PostgreSQL that are in use at once, in 99 of 100 moments. */
  readonly connections: number;
  readonly fargateUsd: number;
  readonly times: Pick<Simulation, 'p50Ms' | 'p95Ms'>;
};

const REQUESTS = 200_000;

/** What a stage needs to answer so many requests a second, and how fast it answers then. */
export const planFor = (perSecond: number, seed = 1): Plan => {
  const tasks = new Map(SERVICES.map((service) => [service as string, tasksFor(service, perSecond)]));
  const processors = {
    'event-store': processorsFor('event-store', perSecond),
    postgres: processorsFor('postgres', perSecond),
  };
  const stationOf = (name: (typeof ON_THE_WAY)[number]): Station => {
    const station = { name, demandMs: COSTS_MS[name] };
    return name === 'event-store' || name === 'postgres'
      ? { ...station, servers: processors[name], speed: 1 }
      : { ...station, servers: tasks.get(name) ?? TASKS_MIN, speed: processorsOf(name) };
  };
  const { stations, ...times } = simulate(ON_THE_WAY.map(stationOf), { perSecond, requests: REQUESTS, seed });
  const quarters = [...tasks].reduce((sum, [service, count]) => sum + count * processorsOf(service) * 4, 0);
  return {
    ...{ perSecond, tasks, processors, times },
    connections: stations.find(({ name }) => name === 'postgres')?.present ?? 0,
    fargateUsd: quarters * QUARTER_PROCESSOR_USD,
  };
};

/** Requests a second at which a component reaches the utilization that it is scaled at. */
export const outgrownAt = (component: keyof typeof NODES): number =>
  (NODES[component] * UTILIZATION_MAX * 1_000) / COSTS_MS[component];
