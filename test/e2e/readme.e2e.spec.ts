import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { PLATFORM_WITHIN_MS, sharedPlatform } from './platform.ts';

const root = resolve(import.meta.dirname, '../..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const blocks = [...readme.matchAll(/```sh\n(.*?)```/gs)].map(([, code = '']) => code);

describe('following the README', function () {
  this.timeout(PLATFORM_WITHIN_MS);

  before(function () {
    const missing = ['bash', 'curl'].filter((tool) => spawnSync(tool, ['--version']).error !== undefined);
    if (missing.length === 0) return;
    console.log(`    README examples are not run: there is no ${missing.join(' and no ')} here`);
    this.skip();
  });

  it('lets every curl example do what it says', async () => {
    const examples = blocks.filter((code) => code.includes('curl'));
    expect(examples).to.have.lengthOf(1);
    const { url, dataDir } = await sharedPlatform();
    // As printed, but for the port: the standard one may be someone else’s while tests run.
    const script = `set -euo pipefail\n${examples.join('\n').replaceAll('http://127.0.0.1:9000', url)}`;
    const env = { ...process.env, LEGO_MOC_DATA_DIR: dataDir };

    const { stdout } = await promisify(execFile)('bash', ['-c', script], { cwd: root, env });

    expect(stdout).to.include('Harbour crane');
  });

  it('names scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };
    const named = [...readme.matchAll(/npm run (?:--silent )?([a-z:]+)/g)].map(([, name]) => name);
    expect(named).to.not.be.empty;
    expect(Object.keys(scripts)).to.include.members(named);
  });
});
