import { runContext } from '@lego-moc/service/run-context';
import { profile } from './context.ts';

await runContext(profile);
