import { seededRandom } from '@lego-moc/testing/seeded-random';

/** Where requests wait for processor time: first come, first served by so many servers of that speed. */
export type Station = {
  readonly name: string;
  /** Milliseconds of one whole processor that a request takes, on average. */
  readonly demandMs: number;
  readonly servers: number;
  /** Of one server, in processors: half a processor takes twice as long. */
  readonly speed: number;
};

export type StationResult = {
  readonly name: string;
  /** The share of its servers' time, from 0; 1 or more is an overload. */
  readonly utilization: number;
  /** Requests that are at the station at once, in 99 of 100 moments at which one comes. */
  readonly present: number;
};

export type Simulation = {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly stations: readonly StationResult[];
};

type Visit = { readonly enteredAt: number; readonly arrival: number; readonly departure: number };

const inOrder = (numbers: readonly number[]): readonly number[] => numbers.toSorted((a, b) => a - b);

const quantile = (numbers: readonly number[], share: number): number =>
  numbers[Math.min(numbers.length - 1, Math.floor(numbers.length * share))] ?? Number.NaN;

const exponential = (random: () => number, mean: number): number => -Math.log(1 - random()) * mean;

/** For each visit, how many had come and not left when it came. */
const presences = (visits: readonly Visit[]): readonly number[] => {
  const departures = inOrder(visits.map(({ departure }) => departure));
  let departureCount = 0;
  return visits.map(({ arrival }, index) => {
    while ((departures[departureCount] ?? Infinity) <= arrival) departureCount += 1;
    return index - departureCount;
  });
};

/** Sends requests, in the order in which they come, through a station. */
const passThrough = (
  requests: readonly Pick<Visit, 'enteredAt' | 'arrival'>[],
  { demandMs, servers, speed }: Station,
  random: () => number,
): readonly Visit[] => {
  const freeAt = Array.from({ length: servers }, () => 0);
  return requests.map((request) => {
    const soonest = Math.min(...freeAt);
    const departure = Math.max(request.arrival, soonest) + exponential(random, demandMs / speed);
    freeAt[freeAt.indexOf(soonest)] = departure;
    return { ...request, departure };
  });
};

/**
 * Requests that come at random moments pass the stations one after the other. Service times are exponential, as are the
 * times between arrivals, so that one station with one server is the M/M/1 queue, whose mean response time is D / (1 - ρ)
 * and whose 95th percentile is about three times that.
 */
export const simulate = (
  stations: readonly Station[],
  { perSecond, requests, seed }: { readonly perSecond: number; readonly requests: number; readonly seed: number },
): Simulation => {
  const random = seededRandom(seed);
  let clock = 0;
  let queue = Array.from({ length: requests }, () => {
    clock += exponential(random, 1_000 / perSecond);
    return { enteredAt: clock, arrival: clock };
  });
  const results: StationResult[] = [];
  for (const station of stations) {
    const visits = passThrough(queue, station, random);
    results.push({
      name: station.name,
      utilization: (perSecond * station.demandMs) / 1_000 / (station.servers * station.speed),
      present: quantile(inOrder(presences(visits)), 0.99),
    });
    queue = visits
      .map(({ enteredAt, departure }) => ({ enteredAt, arrival: departure }))
      .toSorted((first, second) => first.arrival - second.arrival);
  }
  const times = inOrder(queue.map(({ enteredAt, arrival }) => arrival - enteredAt));
  return { p50Ms: quantile(times, 0.5), p95Ms: quantile(times, 0.95), stations: results };
};
