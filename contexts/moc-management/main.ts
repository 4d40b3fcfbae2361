import { runContext } from '@lego-moc/service/run-context';
import { mocManagement } from './context.ts';

await runContext(mocManagement);
