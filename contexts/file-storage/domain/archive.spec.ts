import { posix, win32 } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { isUnsafeName } from './archive.ts';

const SEGMENT = fc.constantFrom('a', '..', '.', '...', 'C:', 'model.ldr', '', ' ..', 'ü');
const NAME = fc
  .array(fc.tuple(SEGMENT, fc.constantFrom('/', '\\')), { minLength: 1, maxLength: 6 })
  .map((segments) => segments.flat().slice(0, -1).join(''));

const isBelow = (folder: string, path: string): boolean => path === folder || path.startsWith(folder);

describe('names in an archive', () => {
  it('lead nowhere but into the folder, on any system, unless they are unsafe', () => {
    fc.assert(
      fc.property(NAME, (name) => {
        if (isUnsafeName(name)) return;
        expect(isBelow('/folder', posix.resolve('/folder', name))).to.equal(true);
        expect(isBelow('D:\\folder', win32.resolve('D:\\folder', name))).to.equal(true);
      }),
    );
  });

  for (const name of ['model.ldr', 'CustomParts/s/3960s01.dat', 'a..b/..c', 'mein Kran (2).ldr', 'CustomParts\\x.dat'])
    it(`are safe as ${JSON.stringify(name)}`, () => {
      expect(isUnsafeName(name)).to.equal(false);
    });

  for (const name of ['', '..', 'a/../b', 'a\\..\\b', '/a', '\\a', 'c:a', 'a\nb', 'a\0', 'a'.repeat(1_025)])
    it(`are unsafe as ${JSON.stringify(name.slice(0, 20))}`, () => {
      expect(isUnsafeName(name)).to.equal(true);
    });
});
