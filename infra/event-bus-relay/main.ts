import { runContext } from '@lego-moc/service/run-context';
import { eventBusRelay } from './context.ts';

await runContext(eventBusRelay);
