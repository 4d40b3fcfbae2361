import { parseArgs } from 'node:util';
import { runCrashTest } from './crash-run.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
  },
});

const seconds = Number(values.seconds);
const seed = Number(values.seed);
console.log(`Writing to a node that is killed and restarted, for ${seconds} s (--seed ${seed}) …`);
const { kills, slowestStartMs, count, events, deliveredAgain, differences } = await runCrashTest(seconds, seed);
console.log(
  `${kills} kills, slowest start ${Math.round(slowestStartMs)} ms; ${count.appends} appends of ${events} events, ` +
    `${count.deletions} deletions, ${count.unanswered} attempts without an answer; ` +
    `${deliveredAgain} deliveries repeated to the group.`,
);
for (const disagreement of differences) console.error(`- ${disagreement}`);
console.log(differences.length === 0 ? 'The store and the model agree.' : 'The store and the model DISAGREE.');
process.exitCode = differences.length === 0 ? 0 : 1;
