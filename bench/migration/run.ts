/**
 * Measures a migration with both sides in one run: the monolith is a stand-in (test/legacy-monolith) on a PostgreSQL of its
 * own, the platform the embedded one, all on this machine. `-- --rows 50000 --seconds 20` says how much, `--short` less of it.
 */
import { parseArgs } from 'node:util';
import { machine } from '../measuring/report.ts';
import { startBothSides } from './both-sides.ts';
import { measureBackfillUnderLoad, measureHeldWrites, measureLag, measureReads, measureTriggers } from './measures.ts';
import { measureRouting } from './routing.ts';

const { values } = parseArgs({
  options: { rows: { type: 'string' }, seconds: { type: 'string' }, short: { type: 'boolean', default: false } },
});
const ROWS = Number(values.rows ?? (values.short ? 5_000 : 50_000));
const SECONDS = Number(values.seconds ?? (values.short ? 5 : 20));
const ROUNDS = values.short ? 6 : 30;

const print = (label: string, value: string, aim = ''): void => console.log([label.padEnd(58), value, aim].join('\t'));
const ms = (value: number): string => `${value.toFixed(value < 10 ? 3 : 0)} ms`;
const verdict = (isMet: boolean, aim: string): string => `${isMet ? 'met' : 'MISSED'}: ${aim}`;

const sides = await startBothSides(ROWS);
try {
  console.log(`${machine()}; ${ROWS.toLocaleString('en')} rows, ${String(SECONDS)} s`);
  const routingMs = await measureRouting(ROUNDS * 20);
  print('choosing a side, p50', ms(routingMs), verdict(routingMs <= 0.1, 'at most 0.1 ms'));

  const { rows, seconds } = await sides.backfill();
  const idle = rows / seconds;
  print('backfill, idle', `${idle.toFixed(0)} rows/s`, verdict(idle >= 2_000, 'at least 2,000 rows/s'));

  const lagMs = await measureLag(sides, SECONDS);
  print('follower behind 50 writes/s, p95', ms(lagMs), verdict(lagMs <= 1_000, 'at most 1 s'));

  const triggers = await measureTriggers(sides, ROUNDS);
  print(
    'a write of the monolith with triggers, p50',
    `${triggers.toFixed(2)} ×`,
    verdict(triggers <= 1.1, 'at most 1.10 ×'),
  );

  const before = await measureReads(sides, SECONDS);
  await sides.move('advance', 'shadow', 0);
  const beside = await measureReads(sides, SECONDS);
  print('a read through the gateway, not compared, p50 and p95', `${ms(before.p50)}, ${ms(before.p95)}`);
  print('a read through the gateway, compared, p50 and p95', `${ms(beside.p50)}, ${ms(beside.p95)}`);

  const { forwardMs, backMs } = await measureHeldWrites(sides);
  print('longest write while half of the users move', ms(forwardMs), verdict(forwardMs <= 2_000, 'at most 2 s'));
  print('longest write while they move back', ms(backMs), verdict(backMs <= 2_000, 'at most 2 s'));

  await sides.move('rollback', 'off', 0);
  const { rowsPerSecond, p95Ratio } = await measureBackfillUnderLoad(sides, SECONDS, ROWS);
  print('backfill beside the monolith’s load', `${rowsPerSecond.toFixed(0)} rows/s`);
  print('the monolith’s p95 then', `${p95Ratio.toFixed(2)} ×`, verdict(p95Ratio <= 1.2, 'at most 1.20 ×'));
} finally {
  await sides.stop();
}
