import { join } from 'node:path';
import { testGoldenFiles } from '@lego-moc/testing/golden';
import { buildCodec } from './build-codec.ts';
import { holdingCodec } from './holding-codec.ts';
import { importCodec } from './import-codec.ts';
import { inventoryCodec } from './inventory-codec.ts';
import { ledgerCodec } from './ledger-codec.ts';
import { inventoryItemCodec } from './inventory-item-codec.ts';

const folder = join(import.meta.dirname, 'golden');

describe('the stored events of inventory items', () => {
  testGoldenFiles(join(folder, 'item'), inventoryItemCodec, { forms: 9 });
});

describe('the stored events of registers of inventories', () => {
  testGoldenFiles(join(folder, 'register'), inventoryCodec, { forms: 2 });
});

describe('the stored events of holdings', () => {
  testGoldenFiles(join(folder, 'holding'), holdingCodec, { forms: 10 });
});

describe('the stored events of imports', () => {
  testGoldenFiles(join(folder, 'import'), importCodec, { forms: 6 });
});

describe('the stored events of imports of ledgers', () => {
  testGoldenFiles(join(folder, 'ledger'), ledgerCodec, { forms: 7 });
});

describe('the stored events of builds', () => {
  testGoldenFiles(join(folder, 'build'), buildCodec, { forms: 7 });
});
