import { join } from 'node:path';
import { testGoldenFiles } from '@lego-moc/testing/golden';
import { wishlistCodec } from './wishlist-codec.ts';

describe('the stored events of wishlists', () => {
  testGoldenFiles(join(import.meta.dirname, 'golden'), wishlistCodec, { forms: 9 });
});
