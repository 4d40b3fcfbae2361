import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { EventStoreDBClient } from '@eventstore/db-client';
import getPort from 'get-port';
import { startNodeProcess } from '../contract/node-process.ts';
import { compareAppends, compareBatches, compareInMemory, compareReading } from './comparison.ts';
import { memoryOf } from './memory.ts';
import { measureMillion } from './million.ts';
import { measureSlowReaders } from './slow-readers.ts';
import { startReferences, type References } from './references.ts';
import { mebibytes, print } from './report.ts';

const SECTIONS = {
  appends: ['Appends of one event of 256 bytes', compareAppends],
  batches: ['Batched appends', compareBatches],
  reading: ['Reading', compareReading],
} as const;

const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    only: { type: 'string' },
    million: { type: 'boolean', default: false },
  },
});
const directory = mkdtempSync(join(tmpdir(), 'event-store-bench-node-'));

const isWanted = (name: string): boolean => values.only === undefined || values.only === name;

const withoutDisk = async (references: References): Promise<void> => {
  const node = await startNodeProcess({ args: ['--mem', '--port', String(await getPort())] });
  const client = EventStoreDBClient.connectionString(node.connectionString);
  try {
    print('The same, kept in memory', await compareInMemory(client, references));
  } finally {
    await client.dispose();
    await node.end('SIGTERM');
  }
};

const compare = async (): Promise<void> => {
  const node =
    values.url === undefined
      ? await startNodeProcess({ args: ['--db', join(directory, 'node'), '--port', String(await getPort())] })
      : undefined;
  const address = values.url ?? node?.connectionString ?? '';
  const client = EventStoreDBClient.connectionString(address);
  const references = await startReferences();
  try {
    console.log(`Measuring ${new URL(address).host}, median of three rounds taken in turns with the references.`);
    for (const [name, [title, section]] of Object.entries(SECTIONS)) {
      if (isWanted(name)) print(title, await section(client, references));
    }
    if (node !== undefined && isWanted('memory')) await withoutDisk(references);
    const memory = node && memoryOf(node.pid);
    if (memory !== undefined) {
      const memoryText = `${mebibytes(memory.own)} of its own, ${mebibytes(memory.files)} of files`;
      print('Memory of the node after all that', [{ label: '', measurement: memoryText, reference: '' }]);
    }
  } finally {
    await client.dispose();
    await references.stop();
    await node?.end('SIGTERM');
  }
};

const RUN_ALONE = new Set(['million', 'readers']);

if (!RUN_ALONE.has(values.only ?? '')) await compare();
if (isWanted('readers') && values.url === undefined) {
  print('Memory while others are slow', await measureSlowReaders(directory));
}
if (values.million || values.only === 'million') {
  print('A million events on disk', await measureMillion(directory));
}
rmSync(directory, { recursive: true, force: true });
