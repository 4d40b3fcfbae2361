import { runContext } from '@lego-moc/service/run-context';
import { migration } from './context.ts';

await runContext(migration);
