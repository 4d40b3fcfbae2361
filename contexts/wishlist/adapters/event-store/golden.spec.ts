import { join } from 'node:path';
import { testGoldenFiles } from '@lego-moc/testing/golden';
import { wishlistCodec } from './wishlist-codec.ts';

describe('reading what wishlists once wrote', () => {
  testGoldenFiles(join(import.meta.dirname, 'golden'), wishlistCodec, { forms: 7 });
});
