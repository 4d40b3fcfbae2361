import { join } from 'node:path';
import { testGoldenFiles } from '@lego-moc/testing/golden';
import { roleQuotasCodec, storageAccountCodec } from './storage-account-codec.ts';

describe('decoding stored events of storage accounts', () => {
  testGoldenFiles(join(import.meta.dirname, 'golden-accounts'), storageAccountCodec, { forms: 5 });
});

describe('decoding the stored event of role quotas', () => {
  testGoldenFiles(join(import.meta.dirname, 'golden-quotas'), roleQuotasCodec, { forms: 1 });
});
