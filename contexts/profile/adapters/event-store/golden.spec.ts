import { join } from 'node:path';
import { testGoldenFiles } from '@lego-moc/testing/golden';
import { profileCodec } from './profile-codec.ts';

describe('decoding stored events of profiles', () => {
  testGoldenFiles(join(import.meta.dirname, 'golden'), profileCodec, { forms: 7 });
});
