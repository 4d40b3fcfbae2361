/**
 * Publishes 20,000 events while the relay and a subscriber are killed at random, and counts effects that are missing,
 * repeated or out of order. `-- --events 20000 --kills 40` sets how many;
 * `--broker` kills the broker as well.
 */
import { parseArgs } from 'node:util';
import { mochaHooks } from '@lego-moc/testing/mocha-hooks';
import { killableBroker } from '@lego-moc/testing/rabbitmq-for-tests';
import { runKills } from '../../infra/event-bus-relay/testing/kill-run.ts';
import { machine } from '../measuring/report.ts';

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '20000' },
    kills: { type: 'string', default: '40' },
    broker: { type: 'boolean', default: false },
  },
});
const STREAMS = 8;
const eventsPerStream = Math.ceil(Number(values.events) / STREAMS);

const broker = values.broker ? await killableBroker() : undefined;
await broker?.start();
const { effects, kills, seconds } = await runKills({
  streams: STREAMS,
  eventsPerStream,
  kills: Number(values.kills),
  broker,
  report: (line) => console.log(line),
});
const numbers = [...effects.values()];
const count = numbers.reduce((sum, { length }) => sum + length, 0);
const disorder = numbers.flatMap((own) => own.filter((number, index) => number !== index + 1)).length;

console.log(`${machine()}
${count} of ${eventsPerStream * STREAMS} effects in ${seconds.toFixed(0)} s, ${disorder} repeated or out of order,
with ${kills.relay} kills of the relay and ${kills.consumer} of the subscriber`);
const context = { timeout: () => undefined } as unknown as Mocha.Context;
await mochaHooks.afterAll.call(context);
await broker?.remove();
process.exitCode = count === eventsPerStream * STREAMS && disorder === 0 ? 0 : 1;
