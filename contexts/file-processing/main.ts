import { runContext } from '@lego-moc/service/run-context';
import { fileProcessing } from './context.ts';

await runContext(fileProcessing);
