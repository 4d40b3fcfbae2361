import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { gatherLines } from './standard-output.ts';

describe('standard output', () => {
  it('writes the lines of one turn at once, in their order', async () => {
    const writes: unknown[] = [];
    const { write } = gatherLines((text) => void writes.push(text));
    write('one\n');
    write('two\n');
    await new Promise(setImmediate);
    write('three\n');
    await new Promise(setImmediate);

    expect(writes).to.deep.equal(['one\ntwo\n', 'three\n']);
  });

  it('writes at once when it is flushed', async () => {
    const writes: unknown[] = [];
    const { write, flush } = gatherLines((text) => void writes.push(text));
    write('one\n');
    flush();
    expect(writes).to.deep.equal(['one\n']);
    await new Promise(setImmediate);

    expect(writes).to.have.length(1);
  });

  for (const [end, how] of [
    ['exits', 'process.exit(0)'],
    ['dies of an error', 'throw new Error("no such brick")'],
  ] as const)
    it(`loses no line when the process ${end}`, () => {
      const program = `
        import { createLogger } from ${JSON.stringify(import.meta.resolve('./logger.ts'))};
        createLogger('spec', 'info').info('last words');
        ${how};`;
      const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' });

      expect(stdout).to.include('"message":"last words"');
    });

  /** Logs twice to `stdout`, opens it again for a third line, and reports on its error output. */
  const PROGRAM = `
    import { createLogger } from ${JSON.stringify(import.meta.resolve('./logger.ts'))};
    import { droppedLines } from ${JSON.stringify(import.meta.resolve('./standard-output.ts'))};
    const logger = createLogger('spec', 'info');
    logger.warn('first');
    console.log('printed');
    logger.info('second');
    setTimeout(() => {
      logger.warn('third');
      process.stderr.write('dropped ' + droppedLines());
    }, 50);`;

  it('drops and counts lines on a full disk, and the process goes on', function () {
    if (!existsSync('/dev/full')) this.skip();
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', PROGRAM], {
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
    });
    closeSync(full);

    expect(status, stderr).to.equal(0);
    expect(stderr).to.equal('dropped 3');
  });

  it('drops and counts lines when the pipe has no reader any more, and the process goes on', () => {
    const { status, stderr } = spawnSync(
      '/bin/sh',
      ['-c', `{ "$NODE" --input-type=module --eval "$PROGRAM"; echo " status $?" >&2; } | exec true`],
      { env: { ...process.env, NODE: process.execPath, PROGRAM }, encoding: 'utf8' },
    );

    expect(status).to.equal(0);
    expect(stderr).to.match(/^dropped [23] status 0/);
  });

  it('logs the number of dropped lines once lines are accepted again', () => {
    const folder = mkdtempSync(join(tmpdir(), 'standard-output-'));
    const file = join(folder, 'log');
    const program = `
      import { closeSync, openSync } from 'node:fs';
      import { createLogger } from ${JSON.stringify(import.meta.resolve('./logger.ts'))};
      const logger = createLogger('spec', 'info');
      closeSync(1);
      logger.warn('lost');
      openSync(${JSON.stringify(file)}, 'w');
      logger.warn('written');
      logger.warn('after');`;
    spawnSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' });
    const lines = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    rmSync(folder, { recursive: true });

    expect(lines.map((line) => (line as { message: string }).message)).to.deep.equal([
      'written',
      'Log lines were dropped',
      'after',
    ]);
    expect(lines[1]).to.include({ level: 'warn', lines: 1 });
  });
});
