import { runContext } from '@lego-moc/service/run-context';
import { wishlist } from './context.ts';

await runContext(wishlist);
