import { join } from 'node:path';
import { testGoldenFiles } from '@lego-moc/testing/golden';
import { searchExecutionCodec } from './search-execution-codec.ts';

describe('the stored events of searches', () => {
  testGoldenFiles(join(import.meta.dirname, 'golden'), searchExecutionCodec, { forms: 4 });
});
