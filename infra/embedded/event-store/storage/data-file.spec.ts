import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { verifyDataFile } from './data-file.ts';
import { openTables } from './tables.ts';

const PAGE_BYTES = 4_096;

describe('verifying a data file before it is opened', () => {
  let directory = '';
  let sound: Buffer;
  const path = () => join(directory, 'data.mdb');

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'data-file-spec-'));
    const tables = openTables(directory, true);
    for (let position = 1; position <= 40; position += 1) {
      tables.transaction(() => tables.records.putSync(position, Buffer.alloc(3_000, position)));
      // The check runs on every start, so a sound file must pass it at every length to which it grows.
      expect(() => verifyDataFile(directory)).to.not.throw();
    }
    await tables.close();
    sound = readFileSync(path());
  });
  after(() => rmSync(directory, { recursive: true }));

  const refusalOf = (content: Buffer): unknown => {
    writeFileSync(path(), content);
    try {
      verifyDataFile(directory);
      return 'no refusal';
    } catch (error) {
      return String(error);
    }
  };
  const spoil = (from: number, to: number) => Buffer.from(sound).fill(0xff, from, to);

  it('accepts a whole file, and one with a torn tail', () => {
    expect(refusalOf(sound)).to.equal('no refusal');
    expect(refusalOf(Buffer.concat([sound, Buffer.alloc(5_000, 0xa5)]))).to.equal('no refusal');
  });

  it('accepts an empty or missing file', () => {
    expect(refusalOf(Buffer.alloc(0))).to.equal('no refusal');
    rmSync(path());
    expect(() => verifyDataFile(directory)).to.not.throw();
  });

  it('rejects a file that lacks its last page, or everything behind the first bytes', () => {
    for (const length of [sound.length - 1, PAGE_BYTES * 2]) {
      expect(refusalOf(sound.subarray(0, length))).to.contain(`it has ${length} bytes of ${sound.length}`);
    }
    expect(refusalOf(sound.subarray(0, 100))).to.contain('a root page cannot be read');
  });

  it('rejects a file of another format, and one that lost one of its two root pages', () => {
    expect(refusalOf(Buffer.alloc(sound.length, 'x'))).to.contain('does not begin as a data file does');
    expect(refusalOf(spoil(0, PAGE_BYTES))).to.contain('does not begin as a data file does');
    expect(refusalOf(spoil(PAGE_BYTES, PAGE_BYTES * 2))).to.contain('a root page cannot be read');
  });
});
