import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { skipWithout } from '@lego-moc/testing/real-component';
import { PLATFORM_WITHIN_MS, sharedPlatform } from './platform.ts';
import { commandsIn, missingPrograms, runCommands } from './shown-commands.ts';

const root = resolve(import.meta.dirname, '../..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

describe('following the README', function () {
  this.timeout(PLATFORM_WITHIN_MS);

  before(function () {
    const missing = missingPrograms('bash', 'curl');
    if (missing.length > 0) skipWithout(this, missing.join(', '), 'install it to run the examples of the README');
  });

  it('runs every curl example with the output it describes', async () => {
    const examples = commandsIn('README.md').filter((code) => code.includes('curl'));
    expect(examples).to.have.lengthOf(1);
    const answers = await runCommands(await sharedPlatform(), examples.join('\n'));
    const [moc, list, searchPage] = answers.split(/(?<=\})(?=\{)/).map((json) => JSON.parse(json) as object);
    expect(moc).to.have.property('title', 'Harbour crane');
    expect(list).to.have.nested.property('mocs[0].title', 'Harbour crane');
    // A store that was used before holds more harbours.
    const { items } = searchPage as { items: readonly { title: string }[] };
    expect(items.map(({ title }) => title)).to.include('Harbour crane');
  });

  it('names scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };
    const scriptNames = [...readme.matchAll(/npm run (?:--silent )?([a-z:-]+)(?<!-)/g)].map(([, name]) => name);
    expect(scriptNames).to.not.be.empty;
    expect(Object.keys(scripts)).to.include.members(scriptNames);
  });
});
