import { join } from 'node:path';
import { testGoldenFiles } from '@lego-moc/testing/golden';
import { migrationCodec } from './migration-codec.ts';

describe('the stored events of migrations', () => {
  testGoldenFiles(join(import.meta.dirname, 'golden'), migrationCodec, { forms: 10 });
});
