import { join } from 'node:path';
import { testGoldenFiles } from '@lego-moc/testing/golden';
import { profileCodec } from './profile-codec.ts';

describe('reading what profiles once wrote', () => {
  testGoldenFiles(join(import.meta.dirname, 'golden'), profileCodec, { forms: 6, sameToday: true });
});
