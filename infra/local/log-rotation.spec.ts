import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { useFakeTimers } from 'sinon';
import { rotateLog, rotateLogs } from './log-rotation.ts';

describe('rotateLog', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'log-rotation-'));
    path = join(folder, 'toys.log');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('moves a log above the limit aside while its writer keeps it open', () => {
    const writer = openSync(path, 'a');
    writeSync(writer, 'one\ntwo\n');
    rotateLog(path, 5);
    writeSync(writer, 'three\n');
    closeSync(writer);

    expect(readFileSync(`${path}.1`, 'utf8')).to.equal('one\ntwo\n');
    expect(readFileSync(path, 'utf8')).to.equal('three\n');
  });

  it('keeps the latest rotated log only', () => {
    for (const text of ['first, long', 'second, long']) {
      writeFileSync(path, text);
      rotateLog(path, 5);
    }

    expect(readFileSync(`${path}.1`, 'utf8')).to.equal('second, long');
    expect(readFileSync(path, 'utf8')).to.equal('');
  });

  it('leaves a log within the limit, and one that does not exist, alone', () => {
    writeFileSync(path, 'one');
    rotateLog(path, 5);
    rotateLog(join(folder, 'none.log'), 5);

    expect(readFileSync(path, 'utf8')).to.equal('one');
  });
});

describe('rotateLogs', () => {
  it('ignores a folder that was deleted meanwhile', () => {
    const folder = mkdtempSync(join(tmpdir(), 'log-rotation-'));
    const clock = useFakeTimers();
    const stop = rotateLogs(folder);
    rmSync(folder, { recursive: true });
    expect(() => clock.tick(60_000)).not.to.throw();
    stop();
    clock.restore();
  });
});
