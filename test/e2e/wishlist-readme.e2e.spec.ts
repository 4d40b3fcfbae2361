import { expect } from 'chai';
import { skipWithout } from '@lego-moc/testing/real-component';
import { PLATFORM_WITHIN_MS, sharedPlatform } from './platform.ts';
import { commandsIn, missingPrograms, runCommands } from './shown-commands.ts';

const [commands = '', ...more] = commandsIn('contexts/wishlist/README.md');

describe('following the README of wishlists', function () {
  this.timeout(PLATFORM_WITHIN_MS);

  it('runs every command with the output it describes', async function () {
    if (missingPrograms('bash', 'curl').length > 0) skipWithout(this, 'bash or curl', 'install both');
    expect(more).to.deep.equal([]);
    const output = await runCommands(await sharedPlatform(), commands);
    expect(output).to.include('Galaxy Explorer').and.include('"status":"pending"').and.include('"willPersistAt":null');
  });
});
