import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { startNode } from '@lego-moc/embedded-event-store/server/start-node';
import { expect } from 'chai';

const CLI = join(import.meta.dirname, 'cli.ts');
const EVENTS = 10_000;
const KILLS = 4;

type Outcome = { readonly code: number | null; readonly out: string; readonly err: string };

describe('copying a store from the command line', function () {
  this.timeout(120_000);
  let nodes: Awaited<ReturnType<typeof startNode>>[];
  let folder: string;
  let urls: readonly string[];

  const run = async (args: readonly string[], killAfterMs?: number): Promise<Outcome> => {
    const child = spawn(process.execPath, [CLI, ...args], { env: { ...process.env, LEGO_MOC_DATA_DIR: folder } });
    let [out, err] = ['', ''];
    child.stdout.on('data', (text: Buffer) => (out += text.toString()));
    child.stderr.on('data', (text: Buffer) => (err += text.toString()));
    const exit = once(child, 'close') as Promise<[number | null]>;
    if (killAfterMs !== undefined) {
      await sleep(killAfterMs);
      child.kill('SIGKILL');
    }
    const [code] = await exit;
    return { code, out, err };
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'copy-cli-'));
    nodes = await Promise.all([startNode({ mem: true, port: 0 }), startNode({ mem: true, port: 0 })]);
    urls = nodes.map(({ connectionString }) => connectionString);
    const client = EventStoreDBClient.connectionString(urls[0]!);
    for (let offset = 0; offset < EVENTS; offset += 100)
      await Promise.all(
        Array.from({ length: 50 }, (_, toy) =>
          client.appendToStream(
            `toy-${(offset + toy) % 97}`,
            [1, 2].map((number) => jsonEvent({ id: randomUUID(), type: 'toys.BrickAdded', data: { number } })),
          ),
        ),
      );
    await client.dispose();
  });

  after(async () => {
    await Promise.all(nodes.map((node) => node.stop()));
    await rm(folder, { recursive: true, force: true });
  });

  it('copies everything although it is killed repeatedly, and finds no difference', async () => {
    const pair = ['--from', urls[0]!, '--to', urls[1]!];
    for (let kill = 1; kill <= KILLS; kill += 1) await run(['copy', ...pair], 300 * kill);
    const { code, out, err } = await run(['copy', ...pair]);
    expect(err).not.to.contain('Error');
    expect({ code, out }).to.have.property('code', 0);
    expect(out).to.match(/\d+ events copied/);
    const verification = await run(['copy', ...pair, '--verify']);
    expect(verification.out).to.equal(`${EVENTS} events compared, 0 differ\n`);
    expect(verification.code).to.equal(0);
  });

  it('names a missing option', async () => {
    const { code, err } = await run(['copy', '--from', urls[0]!]);
    expect(code).to.equal(2);
    expect(err).to.equal('--to is missing: the connection string of the store.\n');
  });
});
