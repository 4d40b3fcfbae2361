import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { giveUp, launch, say } from './launch.ts';
import { follow, pretty } from './logs.ts';
import { CONTEXTS, EMBEDDED, GATEWAY } from './registry.ts';

const USAGE = 'Usage: npm start [-- --verbose]   (--verbose prints what the services log)';

const verboseAsked = (): boolean => {
  try {
    return parseArgs({ options: { verbose: { type: 'boolean', default: false } } }).values.verbose;
  } catch (error) {
    return giveUp(`${(error as Error).message}\n${USAGE}`);
  }
};

const followAll = (dataDir: string): void => {
  const names = [...EMBEDDED, ...CONTEXTS, GATEWAY].map(({ name }) => name);
  const width = Math.max(...names.map(({ length }) => length));
  for (const name of names) follow(join(dataDir, 'logs', `${name}.log`), (line) => say(pretty(name, width, line)));
};

await launch(verboseAsked() ? followAll : undefined);
say('Ctrl-C stops it. A token to try it with: npm run token -- ada');
