import { runContext } from '@lego-moc/service/run-context';
import { fileStorage } from './context.ts';

await runContext(fileStorage);
