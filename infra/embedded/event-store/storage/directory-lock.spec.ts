import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { lockDirectory } from './directory-lock.ts';

describe('claiming a directory', () => {
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'claim-spec-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const refusalOf = (path: string) => lockDirectory(path).then(() => 'no refusal', String);

  it('is refused while somebody has it, by whatever path', async () => {
    const release = await lockDirectory(directory);
    symlinkSync(directory, join(directory, 'other-name'));
    for (const path of [directory, join(directory, 'other-name')]) {
      expect(await refusalOf(path)).to.contain(`Another event store runs on ${path}`);
    }
    await release();
  });

  it('is possible again once it was released', async () => {
    await (
      await lockDirectory(directory)
    )();
    await (
      await lockDirectory(directory)
    )();
  });

  it('leaves other directories alone', async () => {
    mkdirSync(join(directory, 'other'));
    const releases = [await lockDirectory(directory), await lockDirectory(join(directory, 'other'))];
    for (const release of releases) await release();
  });
});
