import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { mocCodec } from './moc-codec.ts';
import { mocUploadCodec } from './moc-upload-codec.ts';
import { titleCodec } from './title-codec.ts';

const folder = join(import.meta.dirname, 'golden');
const names = readdirSync(folder).map((file) => file.replace(/\.json$/, ''));
const data = (name: string): unknown => JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));

/** Every form of every event that was ever written. A file is added with each, and none is ever changed or removed. */
describe('reading what was once written', () => {
  for (const name of names) {
    it(`still knows ${name}`, () => {
      const event =
        mocCodec.decode(name, data(name)) ??
        titleCodec.decode(name, data(name)) ??
        mocUploadCodec.decode(name, data(name));
      expect(event).to.have.property('type', name.split('.')[1]);
    });
  }

  it('knows twenty-eight forms', () => {
    expect(names).to.have.length(28);
  });
});
