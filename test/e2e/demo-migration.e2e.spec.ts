import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { freePorts } from '@lego-moc/local/ports';
import { launch } from './launcher.ts';
import { leaveGivenEventStore, PLATFORM_WITHIN_MS } from './platform.ts';

describe('running the demo of a migration', function () {
  this.timeout(4 * PLATFORM_WITHIN_MS);
  this.retries(0);
  let dataDir: string;
  before(async () => {
    await leaveGivenEventStore();
    dataDir = mkdtempSync(join(tmpdir(), 'demo-migration-'));
  });
  after(() => rmSync(dataDir, { recursive: true, force: true }));

  it('moves the wishlist from off to complete, with a roll-back on the way, and loses nothing', async () => {
    const { exit, output } = launch('demo:migration', dataDir, await freePorts(), ['--once', '--rows', '600']);
    expect(await exit, output()).to.equal(0);
    const text = output();
    expect(text).to.match(/\/console\/migration\?capability=wishlist/);
    const stages = [...text.matchAll(/wishlist +([a-z]+(?: \d+ %)?)/g)].map(([, stage]) => stage);
    expect(stages).to.include.members([
      ...['capture', 'shadow', 'canary 1 %', 'canary 50 %', 'canary 100 %', 'live', 'rampdown', 'complete'],
    ]);
    expect(text).to.match(/migrate -- rollback wishlist/);
    expect([...text.matchAll(/0 differences in [\d,]+ rows/g)]).to.have.length.of.at.least(3);
    expect(text).to.match(/[\d,]+ writes were acknowledged, 0 of them lost/);
    expect(text).to.match(/The wishlist has moved\./);
  });
});
