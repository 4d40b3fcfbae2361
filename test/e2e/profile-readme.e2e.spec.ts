import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { askingAs } from './asking.ts';
import { PLATFORM_WITHIN_MS, sharedPlatform } from './platform.ts';

const root = resolve(import.meta.dirname, '../..');
const readme = readFileSync(join(root, 'contexts/profile/README.md'), 'utf8');
const examples = [...readme.matchAll(/```sh\n(.*?)```/gs)].map(([, code = '']) => code);

describe('following the README of profiles', function () {
  this.timeout(PLATFORM_WITHIN_MS);

  before(function () {
    const missing = ['bash', 'curl', 'openssl', 'base64', 'od'].filter((tool) => spawnSync(tool, ['--help']).error);
    if (missing.length === 0) return;
    console.log(`    README examples are not run: there is no ${missing.join(' and no ')} here`);
    this.skip();
  });

  it('lets every example do what it says', async () => {
    expect(examples).to.have.lengthOf(2);
    const platform = await sharedPlatform();
    const env = { ...process.env, LEGO_MOC_DATA_DIR: platform.dataDir };
    for (const example of examples) {
      // As printed, but for the port: the standard one may be someone else’s while tests run.
      const script = `set -euo pipefail\n${example.replaceAll('http://127.0.0.1:9000', platform.url)}`;
      await promisify(execFile)('bash', ['-c', script], { cwd: root, env });
    }

    const registered = await askingAs(platform, 'visitor')('/api/users/user-1/public');
    expect(registered.status).to.equal(200);
    expect((await askingAs(platform, 'leaving')('/api/users/me')).status).to.equal(410);
  });
});
