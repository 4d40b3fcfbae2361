import { runContext } from '@lego-moc/service/run-context';
import { search } from './context.ts';

await runContext(search);
