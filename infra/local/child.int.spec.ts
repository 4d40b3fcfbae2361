import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { superviseChild, type Child } from './child.ts';

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    // Dead and not yet reaped by its parent: no process any more.
    return !existsSync('/proc') || !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
};

describe('supervising a process', function () {
  this.timeout(30_000);
  let folder: string;
  let children: Child[];
  let reports: string[];

  const supervise = (code: string): Child => {
    const entry = join(folder, 'main.mjs');
    writeFileSync(entry, `import { writeFileSync } from 'node:fs';\n${code}`);
    const child = superviseChild(
      {
        name: 'crane',
        entry,
        env: { READY: join(folder, 'ready') },
        logFile: join(folder, 'log'),
        isReady: () => Promise.resolve(existsSync(join(folder, 'ready'))),
      },
      (line) => void reports.push(line),
    );
    children.push(child);
    return child;
  };

  const beReady = `writeFileSync(process.env.READY, ''); setInterval(() => {}, 1000);`;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'child-'));
    children = [];
    reports = [];
  });
  afterEach(async () => {
    for (const child of children) await child.stop(500);
    rmSync(folder, { recursive: true, force: true });
  });

  it('starts it again when it is killed', async () => {
    const child = supervise(beReady);
    await child.untilReady();
    const first = child.pid();
    child.kill('SIGKILL');

    await pollUntil('a successor runs', () => child.pid() !== undefined && child.pid() !== first);
    expect(reports).to.deep.equal(['crane ended (SIGKILL), starts again in 250 ms']);
  });

  it('gives up on a process that never becomes ready, and names its log', async () => {
    const child = supervise(`process.exit(3);`);
    const failure = await child.untilReady().then(
      () => 'ready',
      (error: unknown) => (error as Error).message,
    );
    expect(failure).to.equal(`crane keeps falling over: see ${join(folder, 'log')}`);
  });

  it('lets it finish when it stops', async () => {
    const child = supervise(`process.on('SIGTERM', () => { console.log('tidied up'); process.exit(0); }); ${beReady}`);
    await child.untilReady();
    await child.stop();

    expect(readFileSync(join(folder, 'log'), 'utf8')).to.equal('tidied up\n');
    expect(child.pid()).to.equal(undefined);
  });

  it('kills a process that ignores the stop', async () => {
    const child = supervise(`process.on('SIGTERM', () => {}); ${beReady}`);
    await child.untilReady();
    await child.stop(200);

    expect(child.pid()).to.equal(undefined);
  });

  it('does not start it again while it stops', async () => {
    const child = supervise(`process.exit(3);`);
    await pollUntil('its end is reported', () => reports.length > 0);
    await child.stop();
    const falls = reports.length;
    await sleep(1_000);

    expect(reports).to.have.lengthOf(falls);
  });

  it('leaves nothing behind when the supervisor itself is killed', async () => {
    writeFileSync(join(folder, 'ignorant.mjs'), `setInterval(() => {}, 1000);`);
    writeFileSync(
      join(folder, 'supervisor.ts'),
      `import { superviseChild } from ${JSON.stringify(join(import.meta.dirname, 'child.ts'))};
       import { writeFileSync } from 'node:fs';
       const child = superviseChild({ name: 'crane', entry: ${JSON.stringify(join(folder, 'ignorant.mjs'))}, env: {},
         logFile: ${JSON.stringify(join(folder, 'log'))}, isReady: () => Promise.resolve(true) }, () => {});
       process.send({ pid: child.pid() });`,
    );
    const supervisor = fork(join(folder, 'supervisor.ts'));
    const [{ pid }] = (await once(supervisor, 'message')) as [{ pid: number }];
    supervisor.kill('SIGKILL');

    await pollUntil('the process has ended', () => !alive(pid), Boolean, 20_000);
  });
});
