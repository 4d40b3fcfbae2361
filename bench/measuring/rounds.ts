import { setTimeout as sleep } from 'node:timers/promises';
import { pace, saturate, type Answers, type Load, type NextRequest } from './load.ts';
import { disturbance, familyCpuUs, readMachine, type Disturbance } from './machine.ts';

export type Contestant = {
  readonly name: string;
  readonly port: number;
  readonly pid: number;
  /** Stores that work on its behalf. */
  readonly behind?: readonly number[];
};

/** The load that a contestant gets. */
export type Discipline = { readonly name: string; readonly next: (contestant: Contestant) => NextRequest };

export type Measurement = Answers & {
  /** CPU time of the contestant's own processes, including work that it deferred until after the load. */
  readonly cpuUs: number;
  readonly behindUs: number;
};

export type Round = { readonly saturated: Measurement; readonly paced: Measurement; readonly disturbed: Disturbance };
export type Results = ReadonlyMap<string, readonly Round[]>;

export type Plan = {
  readonly contestants: readonly Contestant[];
  readonly rounds: number;
  readonly ms: number;
  readonly connections: number;
  readonly perSecond: number;
};

/**
 * Warm-up: V8 still compiles during the first twelve seconds or so of load on the wishlist service, and compiling in a
 * measured round would slow it.
 */
const WARM_UP_ROUNDS = 6;
const PACED_CONNECTIONS = 64;
const QUIET_SHARE = 0.05;
const QUIET_MS = 150;
const QUIET_WITHIN_MS = 10_000;

const cpuOf = (pids: readonly number[]): number => pids.reduce((sum, pid) => sum + familyCpuUs(pid), 0);

/** Deferred work of one contestant must not disturb the next one. */
const untilQuiet = async (pids: readonly number[]): Promise<void> => {
  const until = performance.now() + QUIET_WITHIN_MS;
  for (let quiet = 0; quiet < 2 && performance.now() < until;) {
    const before = cpuOf(pids);
    await sleep(QUIET_MS);
    quiet = (cpuOf(pids) - before) / 1_000 < QUIET_SHARE * QUIET_MS ? quiet + 1 : 0;
  }
};

const measure = async ({ pid, behind = [] }: Contestant, work: () => Promise<Answers>): Promise<Measurement> => {
  const [own, others] = [familyCpuUs(pid), cpuOf(behind)];
  const answers = await work();
  await untilQuiet([pid, ...behind]);
  return { ...answers, cpuUs: familyCpuUs(pid) - own, behindUs: cpuOf(behind) - others };
};

const oneRound = async (contestant: Contestant, next: NextRequest, plan: Plan): Promise<Round> => {
  const load: Load = {
    label: contestant.name,
    port: contestant.port,
    next,
    ms: plan.ms,
    connections: plan.connections,
  };
  const before = readMachine();
  const atCapacity = await measure(contestant, () => saturate(load));
  const atPace = await measure(contestant, () =>
    pace({ ...load, connections: PACED_CONNECTIONS, perSecond: plan.perSecond }),
  );
  return { saturated: atCapacity, paced: atPace, disturbed: disturbance(before, readMachine()) };
};

/** Rotates the order in each round, so that no contestant always runs last. */
const inTurn = (contestants: readonly Contestant[], round: number): readonly Contestant[] => {
  const first = round % contestants.length;
  return [...contestants.slice(first), ...contestants.slice(0, first)];
};

/**
 * Measures every contestant in every round, one after the other, so that a disturbance of the machine hits all alike.
 */
export const compete = async ({ name, next }: Discipline, plan: Plan): Promise<Results> => {
  const results = new Map<string, Round[]>(plan.contestants.map((contestant) => [contestant.name, []]));
  const sources = new Map(plan.contestants.map((contestant) => [contestant.name, next(contestant)]));
  for (let round = 0; round < WARM_UP_ROUNDS + plan.rounds; round += 1) {
    const roundNumber = round - WARM_UP_ROUNDS + 1;
    process.stderr.write(
      `${name}: ${roundNumber <= 0 ? 'warming up' : `round ${roundNumber} of ${plan.rounds}`}      \r`,
    );
    for (const contestant of inTurn(plan.contestants, round)) {
      const source = sources.get(contestant.name);
      if (source === undefined) continue;
      const outcome = await oneRound(contestant, source, plan);
      if (roundNumber > 0) results.get(contestant.name)?.push(outcome);
    }
  }
  return results;
};
