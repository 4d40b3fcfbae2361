import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { connectEventStore } from '@lego-moc/event-store/connect';
import { replayParkedEvents } from './replay-parked.ts';

const USAGE = `Usage: npm run event-bus:replay [-- --reason TEXT]

Publishes the events that the relay has parked, behind those published since. Needs EVENTSTORE_URL; where the platform runs
here: node --env-file=.data/env/event-bus-relay.env infra/event-bus-relay/replay.ts`;

const { reason } = parseArgs({ options: { reason: { type: 'string' } } }).values;
const url = process.env['EVENTSTORE_URL'];
if (url === undefined) {
  console.error(USAGE);
  process.exit(2);
}
const client = connectEventStore(url);
try {
  const count = await replayParkedEvents(client, { operator: userInfo().username, reason: reason ?? null });
  console.log(count === 1 ? '1 event is published again.' : `${count} events are published again.`);
} finally {
  await client.dispose();
}
