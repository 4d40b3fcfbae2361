import { parseArgs } from 'node:util';
import { newContext } from './new-context.ts';

const USAGE = `Usage: npm run new-context -- NAME

Writes contexts/NAME, a small service to start from, and adds it to contexts/registry.ts. NAME is in kebab-case.`;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

try {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean', default: false } },
  });
  const [name] = positionals;
  if (values.help || name === undefined || positionals.length > 1) {
    print(USAGE);
    process.exitCode = values.help ? 0 : 2;
  } else {
    const { files, editedFile } = await newContext('.', name);
    for (const file of files) print(`wrote    ${file}`);
    print(`changed  ${editedFile}`);
    print('Next: npm install, then npm run check and npm start.');
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
