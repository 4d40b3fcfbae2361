import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { wishlistCodec } from './wishlist-codec.ts';

const folder = join(import.meta.dirname, 'golden');
const names = readdirSync(folder).map((file) => file.replace(/\.json$/, ''));

/** Every form of every event that was ever written. A file is added with each, and none is ever changed or removed. */
describe('reading what wishlists once wrote', () => {
  for (const name of names) {
    it(`still knows ${name}`, () => {
      const data: unknown = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
      expect(wishlistCodec.decode(name, data)).to.have.property('type', name.split('.')[1]);
    });
  }

  it('knows six forms', () => {
    expect(names).to.have.length(6);
  });
});
