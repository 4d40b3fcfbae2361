import { mkdir, mkdtemp, readdir, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect } from 'chai';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { writeTemporaryFile } from './temporary-file.ts';

const freshFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'temporary-file-'));
  closeAfterAllTests(() => rm(folder, { recursive: true, force: true }));
  return folder;
};
const content = (...chunks: readonly string[]) => Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
const failure = (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => expect.fail('was expected to fail'),
    (error: unknown) => error as Error,
  );

describe('a temporary file', () => {
  it('is removed once it is disposed of', async () => {
    const folder = await freshFolder();
    const file = await writeTemporaryFile(content('a', 'bc'), { bytesMax: 3, folder });
    expect(file).to.include({ size: 3, sha256: 'ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0' });
    await file[Symbol.asyncDispose]();
    expect(await readdir(folder)).to.deep.equal([]);
  });

  it('is removed when a byte too many arrives, or the content fails', async () => {
    const folder = await freshFolder();
    expect((await failure(writeTemporaryFile(content('ab', 'cd'), { bytesMax: 3, folder }))).name).to.equal(
      'FileTooLarge',
    );
    const failMidway = async function* () {
      yield Buffer.from('a');
      throw new Error('connection lost');
    };
    expect((await failure(writeTemporaryFile(failMidway(), { bytesMax: 3, folder }))).message).to.equal(
      'connection lost',
    );
    expect(await readdir(folder)).to.deep.equal([]);
  });

  it('takes the next chunk only once those before it are on the disk', async () => {
    const folder = await freshFolder();
    const chunk = Buffer.alloc(262_144, 1);
    const sizeOnDisk = async () => {
      const [name = ''] = await readdir(folder);
      return (await stat(join(folder, name, 'content'))).size;
    };
    let largestUnwritten = 0;
    const upload = async function* () {
      for (let sentBytes = chunk.length; sentBytes <= 64 * chunk.length; sentBytes += chunk.length) {
        yield chunk;
        largestUnwritten = Math.max(largestUnwritten, sentBytes - (await sizeOnDisk()));
      }
    };
    await using file = await writeTemporaryFile(upload(), { bytesMax: 64 * chunk.length, folder });
    expect(file.size).to.equal(64 * chunk.length);
    expect(largestUnwritten).to.be.at.most(2 * chunk.length);
  });

  it('is removed an hour after its process was killed, and no other file is', async () => {
    const folder = await freshFolder();
    const anHourAgo = new Date(Date.now() - 3_700_000);
    for (const name of ['lego-moc-upload-old', 'lego-moc-upload-new', 'other-old']) {
      await mkdir(join(folder, name));
      if (name.endsWith('old')) await utimes(join(folder, name), anHourAgo, anHourAgo);
    }
    await using file = await writeTemporaryFile(content('a'), { bytesMax: 1, folder });
    const names = (await readdir(folder)).filter((name) => !file.path.includes(name));
    expect(names.sort()).to.deep.equal(['lego-moc-upload-new', 'other-old']);
  });
});
