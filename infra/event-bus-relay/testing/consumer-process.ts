import { subscribe } from '@lego-moc/event-bus/subscribe';
import { rabbitMqTransport } from '@lego-moc/event-bus/rabbitmq/rabbitmq-transport';
import { numberOf } from '@lego-moc/event-bus/testing/sample-events';
import { silentLogger } from '@lego-moc/logger/logger';
import { openDatabase } from '@lego-moc/postgres/database';

/** A subscriber for kill tests, as a process: writes the number of each event into the table `effect`. */
const [url = '', namespace = '', databaseUrl = '', schema = ''] = process.argv.slice(2);

const db = openDatabase(databaseUrl, { schema });
subscribe(rabbitMqTransport({ url, namespace, logger: silentLogger }), {
  name: 'killed-subscriber',
  patterns: ['#'],
  db,
  logger: silentLogger,
  effect: async (transaction, event) => {
    await transaction.none('INSERT INTO effect (source, number) VALUES ($1, $2)', [event.source, numberOf(event)]);
  },
});
// A lost parent ends it.
process.once('disconnect', () => process.exit(0));
