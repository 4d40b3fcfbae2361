import { runContext } from '@lego-moc/service/run-context';
import { gallery } from './context.ts';

await runContext(gallery);
