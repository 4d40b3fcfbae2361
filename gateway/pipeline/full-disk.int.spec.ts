import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import getPort from 'get-port';
import { pollUntil } from '@lego-moc/application/poll-until';

const MAIN = join(import.meta.dirname, '../main.ts');

describe('a gateway whose standard output is full', function () {
  this.timeout(30_000);

  it('serves requests, and counts the lines that it cannot write', async function () {
    if (!existsSync('/dev/full')) this.skip();
    const port = await getPort();
    const full = openSync('/dev/full', 'w');
    const gateway = spawn(process.execPath, [MAIN], {
      env: { PORT: String(port), LOG_LEVEL: 'info' },
      stdio: ['ignore', full, full],
    });
    closeSync(full);
    const exit = once(gateway, 'exit');
    try {
      const url = `http://127.0.0.1:${port}`;
      await pollUntil('the gateway listens', () =>
        fetch(`${url}/health`).then(
          ({ ok }) => ok,
          () => false,
        ),
      );
      for (let times = 0; times < 20; times += 1) expect((await fetch(`${url}/api/mocs`)).status).to.equal(401);
      const metrics = await (await fetch(`${url}/metrics`)).text();

      expect(Number(/^log_lines_dropped_total\{.*\} (\d+)$/m.exec(metrics)?.[1])).to.be.at.least(20);
    } finally {
      gateway.kill('SIGTERM');
    }
    expect((await exit)[0]).to.equal(0);
  });
});
