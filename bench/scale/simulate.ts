/** Prints what the platform needs at 50, 500 and 5,000 requests a second, and the model beside a measured run. */
import { COSTS_MS, LOAD_MS, MACHINE_PROCESSORS, OBSERVATIONS } from './measurements.ts';
import { outgrownAt, planFor } from './plan.ts';
import { simulate } from './queues.ts';

const RATES = [50, 500, 5_000];

const costMs = Object.values(COSTS_MS).reduce((sum, ms) => sum + ms, LOAD_MS);
const machine = { name: 'machine', demandMs: costMs, servers: MACHINE_PROCESSORS, speed: 1 };
const { p50Ms, p95Ms } = simulate([machine], { perSecond: 250, requests: 200_000, seed: 1 });
const ceiling = (MACHINE_PROCESSORS * 1_000) / OBSERVATIONS.at500.costMs;

console.log('The model beside the machine that was measured, every process on the same two processors');
console.log(
  `  at 250/s: p50 ${p50Ms.toFixed(1)} ms, measured ${OBSERVATIONS.at250.p50Ms}; p95 ${p95Ms.toFixed(1)} ms, measured ${OBSERVATIONS.at250.p95Ms}`,
);
console.log(
  `  most requests a second: ${ceiling.toFixed(0)}, measured ${OBSERVATIONS.at500.answersPerSecond} when asked for 500\n`,
);

for (const { perSecond, tasks, processors, connections, fargateUsd, times } of RATES.map((rate) => planFor(rate))) {
  console.log(`${perSecond.toLocaleString('en')} requests a second`);
  console.log(`  tasks: ${[...tasks].map(([name, count]) => `${name} ${count}`).join(', ')}`);
  console.log(`  event store: ${processors['event-store']} processors; PostgreSQL: ${processors.postgres}`);
  console.log(`  connections to PostgreSQL in use: ${connections}`);
  console.log(`  p50 ${times.p50Ms.toFixed(1)} ms, p95 ${times.p95Ms.toFixed(1)} ms`);
  console.log(`  Fargate: $${fargateUsd.toLocaleString('en')} a month\n`);
}
console.log(`An event store of 2 processors is outgrown at ${outgrownAt('event-store').toFixed(0)} requests a second,`);
console.log(`a PostgreSQL of 2 at ${outgrownAt('postgres').toFixed(0)}.`);
