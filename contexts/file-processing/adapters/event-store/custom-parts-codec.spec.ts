import { join } from 'node:path';
import { expect } from 'chai';
import { goldenData, testGoldenFiles } from '@lego-moc/testing/golden';
import { customPartsCodec } from './custom-parts-codec.ts';

const folder = join(import.meta.dirname, 'golden-custom-parts');

describe('the stored forms of custom parts', () => {
  testGoldenFiles(folder, customPartsCodec, { forms: 4 });

  for (const name of ['CustomPartAdded', 'CustomPartChanged', 'CustomPartDeleted', 'CustomPartsErased'].map(
    (type) => `file-processing.${type}`,
  ))
    it(`writes ${name} as it was read`, () => {
      const data = goldenData(folder, name);
      expect(customPartsCodec.encode(customPartsCodec.decode(name, data)!)).to.deep.equal({ type: name, data });
    });
});
