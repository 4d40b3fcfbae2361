import { join } from 'node:path';
import { expect } from 'chai';
import { goldenData, testGoldenFiles } from '@lego-moc/testing/golden';
import { fileKindsCodec } from './file-kinds-codec.ts';

const folder = join(import.meta.dirname, 'golden-file-kinds');

describe('the stored forms of decisions about kinds of files', () => {
  testGoldenFiles(folder, fileKindsCodec, { forms: 3 });

  for (const name of ['FileKindRemembered', 'FileKindForgotten', 'FileKindsForgotten'].map(
    (type) => `file-processing.${type}`,
  ))
    it(`writes ${name} as it was read`, () => {
      const data = goldenData(folder, name);
      const event = fileKindsCodec.decode(name, data);
      expect(fileKindsCodec.encode(event!)).to.deep.equal({ type: name, data });
    });
});
