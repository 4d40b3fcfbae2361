import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { profileCodec } from './profile-codec.ts';

const folder = join(import.meta.dirname, 'golden');
const names = readdirSync(folder).map((file) => file.replace(/\.json$/, ''));
const data = (name: string): unknown => JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));

/** Every form of every event that was ever written. A file is added with each, and none is ever changed or removed. */
describe('reading what was once written', () => {
  for (const name of names) {
    it(`still knows ${name}`, () => {
      const event = profileCodec.decode(name, data(name));
      expect(event).to.deep.equal({ type: name.split('.')[1], data: data(name) });
    });
  }

  it('knows six forms', () => {
    expect(names).to.have.length(6);
  });
});
