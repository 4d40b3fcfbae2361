import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { followLog, formatLogLine } from './logs.ts';

describe('showing what services log', () => {
  it('puts the name first and leaves out the fields that all lines share', () => {
    const line = JSON.stringify({ level: 'info', message: 'Ready', service: 'search', timestamp: 'now', ms: 12 });
    expect(formatLogLine('search', 8, line)).to.equal('search    info   Ready {"ms":12}');
  });

  it('shows a line that is no JSON as it is', () => {
    expect(formatLogLine('postgres', 8, 'LOG:  ready')).to.equal('postgres  LOG:  ready');
  });
});

describe('following a log', () => {
  let folder: string;
  let path: string;
  let lines: string[];
  let stop: () => void;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'logs-'));
    path = join(folder, 'log');
    lines = [];
    writeFileSync(path, 'of yesterday\n');
    stop = followLog(path, (line) => void lines.push(line));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('passes on added lines, one by one, and no older ones', () => {
    appendFileSync(path, 'first\nsecond\nhalf a li');
    stop();
    expect(lines).to.deep.equal(['first', 'second']);
  });

  it('continues when the log is truncated', () => {
    renameSync(path, `${path}.1`);
    writeFileSync(path, 'anew\n');
    stop();
    expect(lines).to.deep.equal(['anew']);
  });

  it('does not split letters at the end of a chunk', () => {
    appendFileSync(path, `x${'ü'.repeat(100_000)}\n`);
    stop();
    expect(lines).to.deep.equal([`x${'ü'.repeat(100_000)}`]);
  });
});
