import { join } from 'node:path';
import { testGoldenFiles } from '@lego-moc/testing/golden';
import { albumCodec, flaggerCodec, imageCodec, ownerCodec } from './gallery-codecs.ts';

const anyCodec = {
  decode: (name: string, data: unknown) =>
    imageCodec.decode(name, data) ??
    albumCodec.decode(name, data) ??
    ownerCodec.decode(name, data) ??
    flaggerCodec.decode(name, data),
};

describe('stored forms of gallery events', () => {
  testGoldenFiles(join(import.meta.dirname, 'golden'), anyCodec, { forms: 30 });
});
