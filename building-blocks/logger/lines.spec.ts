import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { gatheredLines } from './lines.ts';

describe('gathering lines', () => {
  it('writes those of one turn at once, in their order', async () => {
    const writes: unknown[] = [];
    const { write } = gatheredLines({ write: (text: unknown) => writes.push(text) > 0 });
    write('one\n');
    write('two\n');
    await new Promise(setImmediate);
    write('three\n');
    await new Promise(setImmediate);

    expect(writes).to.deep.equal(['one\ntwo\n', 'three\n']);
  });

  it('writes at once what is asked for at once', async () => {
    const writes: unknown[] = [];
    const { write, flush } = gatheredLines({ write: (text: unknown) => writes.push(text) > 0 });
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
    it(`loses nothing when the process ${end}`, () => {
      const program = `
        import { createLogger } from ${JSON.stringify(import.meta.resolve('./logger.ts'))};
        createLogger('spec', 'info').info('last words');
        ${how};`;
      const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' });

      expect(stdout).to.include('"message":"last words"');
    });
});
