/** Reads a list by the bare parser, again and again with the priority of workers, until it is stopped. */
import { setPriority } from 'node:os';
import { PRIORITY } from '@lego-moc/workers/serve-tasks';
import { readBare } from '../../contexts/file-processing/bench/reading.ts';
import { wholeList } from '../../contexts/file-processing/bench/lists.ts';

setPriority(PRIORITY);
const list = await wholeList('Rebrickable CSV', 256 * 1_024);
for (;;) await readBare['Rebrickable CSV'](list);
