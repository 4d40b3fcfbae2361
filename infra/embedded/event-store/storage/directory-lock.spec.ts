import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { lockDirectory } from './directory-lock.ts';

describe('locking a directory', () => {
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'claim-spec-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const refusalOf = (path: string) => lockDirectory(path).then(() => 'no refusal', String);

  it('is rejected while another process holds the lock, by any path', async () => {
    const release = await lockDirectory(directory);
    symlinkSync(directory, join(directory, 'other-name'));
    for (const path of [directory, join(directory, 'other-name')]) {
      expect(await refusalOf(path)).to.contain(`Another event store runs on ${path}`);
    }
    await release();
  });

  it('succeeds again after the release', async () => {
    await (
      await lockDirectory(directory)
    )();
    await (
      await lockDirectory(directory)
    )();
  });

  it('does not lock other directories', async () => {
    mkdirSync(join(directory, 'other'));
    const releases = [await lockDirectory(directory), await lockDirectory(join(directory, 'other'))];
    for (const release of releases) await release();
  });
});
