import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { freePorts } from '@lego-moc/local/ports';
import { launch } from './launcher.ts';
import { leaveGivenEventStore, PLATFORM_WITHIN_MS } from './platform.ts';

const csv = join(import.meta.dirname, '../../infra/local/samples/harbour-crane-parts.csv');

describe('running the demo', function () {
  this.timeout(2 * PLATFORM_WITHIN_MS);
  let dataDir: string;

  const demo = async (...args: readonly string[]): Promise<string> => {
    const { exit, output } = launch('demo', dataDir, await freePorts(), args);
    expect(await exit, output()).to.equal(0);
    return output();
  };

  before(async () => {
    await leaveGivenEventStore();
    dataDir = mkdtempSync(join(tmpdir(), 'demo-'));
  });
  after(() => rmSync(dataDir, { recursive: true, force: true }));

  it('follows a MOC from upload to search, and again on existing data', async () => {
    const first = await demo('--once');
    expect(first).to.match(/Harbour crane: 49 pieces, 3 files/);
    expect(first).to.match(/line 57, lot 10: unknown part HOOK-77/);
    expect(first).to.match(/You can build 0 %; here is what to buy/);
    expect(first).to.match(/\d+ lots, 49 pieces; as a wanted list of BrickLink \d+ pieces/);
    expect(first).to.match(/PartsCounted/);
    expect(first).to.match(/From upload to found: \d+ ms/);

    const second = await demo('--once', '--parts-list', csv);
    expect(second).to.match(/Harbour crane 2: 49 pieces, 3 files/);
    expect(second).to.match(/line 11, lot 10: unknown part HOOK-77/);
  });

  it('reports a missing file in one line', async () => {
    const { exit, output } = launch('demo', dataDir, await freePorts(), ['--parts-list', 'nowhere.xml']);
    expect(await exit).to.equal(1);
    expect(output()).to.match(/^ENOENT.*nowhere\.xml/);
  });
});
