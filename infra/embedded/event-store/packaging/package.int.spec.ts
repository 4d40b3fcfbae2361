import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { EventStoreDBClient } from '@eventstore/db-client';
import { expect } from 'chai';
import { bricksSorted, readStream } from '../contract/events.ts';
import { within } from '../contract/waiting.ts';
import manifest from '../package.json' with { type: 'json' };

const PACK = fileURLToPath(new URL('pack.ts', import.meta.url));
const INSTALLED_PACKAGES = fileURLToPath(new URL('../../../../node_modules', import.meta.url));

describe('the package as others install it', function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), 'event-store-package-'));
  const home = join(folder, 'node_modules', manifest.name);

  before('pack, and lay it beside what it depends on', () => {
    execFileSync(process.execPath, [PACK, folder], { stdio: 'ignore' });
    const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
    mkdirSync(home, { recursive: true });
    execFileSync('tar', ['-xzf', join(folder, tarball), '-C', home, '--strip-components=1']);
    for (const name of Object.keys(manifest.dependencies)) {
      const place = join(folder, 'node_modules', name);
      mkdirSync(dirname(place), { recursive: true });
      symlinkSync(join(INSTALLED_PACKAGES, name), place);
    }
  });
  after(() => rmSync(folder, { recursive: true }));

  it('contains the files it needs and no tests', () => {
    expect(readdirSync(home).sort()).to.deep.equal(['README.md', 'bin', 'dist', 'package.json']);
    const files = readdirSync(join(home, 'dist'), { recursive: true }).map(String);
    expect(files).to.include('main.js');
    expect(files.filter((name) => /spec|contract|torture|bench|testing/.test(name))).to.deep.equal([]);
  });

  it('runs by its command and stores events', async () => {
    const [command = ''] = Object.values(manifest.bin);
    const node = spawn(join(home, command), ['--db', join(folder, 'data'), '--port', '0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await within(once(createInterface(node.stdout), 'line'), 'ready line', 30_000)) as [string];
    const client = EventStoreDBClient.connectionString(/esdb:\S+/.exec(line)?.[0] ?? '');
    await client.appendToStream('packed', bricksSorted(2));
    expect(await readStream(client, 'packed')).to.have.length(2);
    await client.dispose();
    node.kill('SIGTERM');
    expect(await once(node, 'exit')).to.deep.equal([0, null]);
  });

  it('starts within another process as in the README', () => {
    const script = `
      import { startNode } from '${manifest.name}/server/start-node';
      const node = await startNode({ mem: true, port: 0 });
      console.log(node.connectionString);
      await node.stop();`;
    const answer = execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: folder });
    expect(answer.toString()).to.match(/^esdb:\/\/127\.0\.0\.1:\d+\?tls=false/);
  });
});
