#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startNode } from './server/start-node.ts';

const { values } = parseArgs({
  options: {
    db: { type: 'string' },
    mem: { type: 'boolean', default: false },
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '2113' },
    'tls-cert': { type: 'string' },
    'tls-key': { type: 'string' },
    insecure: { type: 'boolean', default: false },
  },
});

const certificate =
  values['tls-cert'] !== undefined && values['tls-key'] !== undefined
    ? { certificate: { cert: readFileSync(values['tls-cert']), key: readFileSync(values['tls-key']) } }
    : {};
const node = await startNode({
  ...(values.db === undefined ? {} : { path: values.db }),
  mem: values.mem,
  host: values.host,
  port: Number(values.port),
  allowInsecure: values.insecure,
  ...certificate,
});
console.log(`Event store ready: ${node.connectionString}`);

const stop = (): void => {
  void node.stop().then(() => process.exit(0));
};
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
process.once('disconnect', stop);
