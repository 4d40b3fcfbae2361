import { expect } from 'chai';
import { skipWithout } from '@lego-moc/testing/real-component';
import { requestsAs } from './requests.ts';
import { PLATFORM_WITHIN_MS, sharedPlatform } from './platform.ts';
import { commandsIn, missingPrograms, runCommands } from './shown-commands.ts';

const examples = commandsIn('contexts/profile/README.md');

describe('following the README of profiles', function () {
  this.timeout(PLATFORM_WITHIN_MS);

  before(function () {
    const missing = missingPrograms('bash', 'curl', 'openssl', 'base64', 'od');
    if (missing.length > 0) skipWithout(this, missing.join(', '), 'install it to run the examples of the README');
  });

  it('runs every example with the effect it describes', async () => {
    expect(examples).to.have.lengthOf(2);
    const platform = await sharedPlatform();
    for (const example of examples) await runCommands(platform, example);

    const reply = await requestsAs(platform, 'visitor')('/api/users/user-1/public');
    expect(reply.status).to.equal(200);
    expect((await requestsAs(platform, 'leaving')('/api/users/me')).status).to.equal(410);
  });
});
