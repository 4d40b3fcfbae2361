import { readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { writeTemporaryFile } from '@lego-moc/images/temporary-file';
import { zipOf, type ZipContent } from '@lego-moc/testing/zip';
import { ARCHIVE_LIMITS } from '../../domain/archive.ts';
import { inspectArchive } from './inspect-archive.ts';

const MEBIBYTE = 1024 * 1024;

type Limits = NonNullable<Parameters<typeof inspectArchive>[1]>;

const refusalOf = async (archive: Uint8Array, limits = ARCHIVE_LIMITS as Limits): Promise<string | undefined> => {
  await using file = await writeTemporaryFile(Readable.from([archive]), { bytesMax: Infinity });
  return (await inspectArchive(file.path, limits))?.because;
};

const entry = (change: Partial<ZipContent> = {}): ZipContent => ({
  name: 'model.ldr',
  content: '0 A model',
  ...change,
});
const pack = (content: string | Uint8Array, name = 'model.ldr'): Buffer =>
  zipOf(entry({ name, content, isDeflated: true }));
const nest = (depth: number): Buffer =>
  depth === 1 ? pack('0 A model') : zipOf(entry({ name: `depth-${depth}.bin`, content: nest(depth - 1) }));
/** Zeros, of which Deflate makes a thousandth. */
const dense = (mebibytes: number): Buffer => Buffer.alloc(mebibytes * MEBIBYTE);
describe('inspecting an archive', () => {
  const acceptedArchives: Readonly<Record<string, () => Buffer>> = {
    'a model': () => pack('0 A model\n'.repeat(10_000)),
    'a model behind a password': () => zipOf(entry({ isLocked: true }), entry({ name: '.info', isLocked: true })),
    'a packing behind a password that we do not know': () =>
      zipOf(entry({ isLocked: true, isDeflated: true, method: 99 })),
    'folders and names in other scripts': () =>
      zipOf(entry({ name: 'CustomParts/', content: '' }), entry({ name: 'кран.ldr' })),
    'no entry': () => zipOf(),
    'a megabyte of zeros': () => pack(dense(1)),
    'archives three deep': () => nest(ARCHIVE_LIMITS.depth),
    'a gzip': () => gzipSync('Part,Color,Quantity\n'),
    'as many entries as allowed': () =>
      zipOf(
        ...Array.from({ length: ARCHIVE_LIMITS.entries }, (_, index) =>
          entry({ name: `${index}.dat`, isLocked: true }),
        ),
      ),
  };
  for (const [label, archive] of Object.entries(acceptedArchives))
    it(`accepts ${label}`, async () => {
      expect(await refusalOf(archive())).to.equal(undefined);
    });

  const refusedArchives: readonly (readonly [label: string, archive: () => Buffer, because: RegExp])[] = [
    ['two megabytes of zeros', () => pack(dense(2)), /“model.ldr”: .*100 times/],
    [
      'zeros that an entry declares as few',
      () => zipOf(entry({ content: dense(2), isDeflated: true, declaredSize: 9 })),
      /100 times|broken/,
    ],
    [
      'a size that is declared and does not come',
      () => zipOf(entry({ isLocked: true, declaredSize: 2 * MEBIBYTE })),
      /100 times|broken/,
    ],
    ['a gzip of zeros', () => gzipSync(dense(2)), /100 times/],
    ['a zip of zeros in a zip', () => zipOf(entry({ name: 'inner.txt', content: pack(dense(2)) })), /100 times/],
    ['a gzip of zeros in a zip', () => zipOf(entry({ name: 'inner.csv', content: gzipSync(dense(2)) })), /100 times/],
    ['archives four deep', () => nest(ARCHIVE_LIMITS.depth + 1), /more than 3 deep.*Unpack the inner ones/],
    [
      'more entries than allowed',
      () => zipOf(...Array.from({ length: ARCHIVE_LIMITS.entries + 1 }, () => entry())),
      /more than 5000 entries/,
    ],
    [
      'more entries than allowed with those of an inner archive',
      () => {
        const half = Array.from({ length: ARCHIVE_LIMITS.entries / 2 }, () => entry());
        return zipOf(...half, entry({ content: zipOf(...half) }));
      },
      /more than 5000 entries/,
    ],
    ['the path ../evil', () => zipOf(entry({ name: '../evil.ldr' })), /“..\/evil.ldr”: .*leads outside.*Rename/],
    ['the path a\\..\\..\\evil', () => zipOf(entry({ name: 'a\\..\\..\\evil' })), /leads outside/],
    ['an absolute path', () => zipOf(entry({ name: '/etc/cron.d/evil' })), /leads outside/],
    ['a drive letter', () => zipOf(entry({ name: 'C:\\evil' })), /leads outside/],
    ['a NUL in a name', () => zipOf(entry({ name: 'a.ldr\0.exe' })), /leads outside/],
    [
      'an unsafe name in an inner archive',
      () => zipOf(entry({ content: zipOf(entry({ name: '../evil' })) })),
      /leads outside/,
    ],
    ['an unsafe name behind a password', () => zipOf(entry({ name: '../evil', isLocked: true })), /leads outside/],
    ['a symbolic link', () => zipOf(entry({ content: '/etc/passwd', isSymbolicLink: true })), /symbolic link/],
    ['a method of packing that we cannot undo', () => zipOf(entry({ method: 14 })), /another method than Deflate/],
    ['a zip that was cut off', () => pack('0 A model').subarray(0, -30), /broken or cut off/],
    ['a gzip that was cut off', () => gzipSync('a'.repeat(1_000)).subarray(0, -10), /broken or cut off/],
    [
      'an inner archive that was cut off',
      () => zipOf(entry({ content: pack('0 A').subarray(0, -9) })),
      /broken or cut off/,
    ],
    [
      'content that is not what its checksum says',
      () => Buffer.from(pack('0 A model').fill(0xff, 41, 44)),
      /broken or cut off/,
    ],
  ];
  for (const [label, archive, because] of refusedArchives)
    it(`refuses ${label}`, async () => {
      expect(await refusalOf(archive())).to.match(because);
    });

  for (const [label, isLocked] of [
    ['unpack to more than 256 MiB', true],
    ['unpack to more than the limit, by what comes', false],
  ] as const)
    it(`refuses entries that together ${label}`, async () => {
      const lockedEntry = { content: Buffer.alloc(2 * MEBIBYTE), method: 8, declaredSize: 130 * MEBIBYTE, isLocked };
      const openEntry = { content: '0 A model\n'.repeat(5_000), isDeflated: true };
      const half = entry(isLocked ? lockedEntry : openEntry);
      const limits = isLocked ? ARCHIVE_LIMITS : { ...ARCHIVE_LIMITS, bytes: 99_999 };
      expect(await refusalOf(zipOf(half), limits)).to.equal(undefined);
      expect(await refusalOf(zipOf(half, half), limits)).to.match(/more than 256 MiB/);
    });

  it('leaves no temporary file behind', async () => {
    const before = await readdir(tmpdir());
    await refusalOf(nest(ARCHIVE_LIMITS.depth + 1));
    const newNames = (await readdir(tmpdir())).filter((name) => !before.includes(name));
    expect(newNames.filter((name) => name.startsWith('lego-moc-upload-'))).to.deep.equal([]);
  });

  it('throws, rather than blaming the archive, when the file cannot be read', async () => {
    const { path } = await writeTemporaryFile(Readable.from([zipOf()]), { bytesMax: Infinity });
    await rm(path);
    const error: unknown = await inspectArchive(path).catch((reason: unknown) => reason);
    expect(error).to.have.property('code', 'ENOENT');
  });
});
