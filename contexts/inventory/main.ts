import { runContext } from '@lego-moc/service/run-context';
import { inventory } from './context.ts';

await runContext(inventory);
