import { join } from 'node:path';
import { expect } from 'chai';
import { goldenData, testGoldenFiles } from '@lego-moc/testing/golden';
import { ownLinksCodec } from './own-links-codec.ts';

const folder = join(import.meta.dirname, 'golden-own-links');
const TYPES = ['PartLinksImported', 'PartLinkChanged', 'PartLinkDeleted', 'PartLinksCleared', 'PartLinksErased'];

describe('the stored forms of own part links', () => {
  testGoldenFiles(folder, ownLinksCodec, { forms: 5 });

  for (const name of TYPES.map((type) => `file-processing.${type}`))
    it(`writes ${name} as it was read`, () => {
      const data = goldenData(folder, name);
      expect(ownLinksCodec.encode(ownLinksCodec.decode(name, data)!)).to.deep.equal({ type: name, data });
    });
});
