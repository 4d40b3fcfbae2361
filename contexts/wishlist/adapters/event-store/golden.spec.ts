import { join } from 'node:path';
import { readsWhatWasWritten } from '@lego-moc/testing/golden';
import { wishlistCodec } from './wishlist-codec.ts';

describe('reading what wishlists once wrote', () => {
  readsWhatWasWritten(join(import.meta.dirname, 'golden'), wishlistCodec, { forms: 7 });
});
