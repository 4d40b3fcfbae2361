import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { currentState } from '@lego-moc/application/current-state';
import { eventStoreDbStreams } from '@lego-moc/event-store/event-store-db-streams';
import { eventStoreForTests } from '@lego-moc/testing/event-store-for-tests';
import { PRICE, priceCodec } from './adapters/event-store/price-codecs.ts';
import { PLATFORM, type PriceKey } from './domain/prices/price-events.ts';
import { priceDecider, priceIdOf } from './domain/prices/price.ts';

const CSV =
  'item,color,new_or_used,qty_avg_price,currency_code\n3001,5,N,0.25,EUR\n3001,5,N,0.25,XYZ\n3002,5,U,0.10,EUR\n';
const KEY: PriceKey = {
  ...{ owner: PLATFORM, itemType: 'P', number: '3001', colour: 5 },
  ...{ condition: 'new', guide: 'sold', currency: 'EUR' },
};

describe('npm run prices:import', function () {
  this.timeout(120_000);
  let folder: string;
  let url: string;

  const run = async (...args: readonly string[]) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'import-prices.ts'), ...args], {
      cwd: folder,
      env: {
        ...{ PATH: process.env['PATH'], EVENTSTORE_URL: url, DATABASE_URL: 'postgres://nobody:x@127.0.0.1:1/none' },
        FILE_STORAGE_URL: 'http://127.0.0.1:1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
    return { output: output + errors, status: child.exitCode };
  };

  before(async () => {
    ({ url } = await eventStoreForTests());
    folder = await mkdtemp(join(tmpdir(), 'import-prices-'));
    await writeFile(join(folder, 'prices.csv'), CSV);
    await writeFile(join(folder, 'notes.txt'), 'no prices here\n');
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('records the prices as the platform’s, and names the rows that it refuses', async () => {
    expect(await run('prices.csv', '--guide', 'sold')).to.deep.equal({
      status: 0,
      output:
        '2 prices imported, 0 repeated in the file, 1 rows refused\n' +
        '  line 3, currency_code: Write a currency of ISO 4217: EUR.\n',
    });
    const { client } = await eventStoreForTests();
    const load = currentState(priceDecider, eventStoreDbStreams(client, PRICE, priceCodec));
    const price = await load(priceIdOf(KEY));
    expect(price.status === 'observed' && price.figures.unit?.quantityAverage).to.equal(2_500);
  });

  it('exits with 1 for a file without prices, and with 2 for a wrong command or a missing file', async () => {
    expect((await run('notes.txt')).status).to.equal(1);
    expect(await run('missing.csv')).to.deep.include({ status: 2 });
    const { status, output } = await run('prices.csv', '--guide', 'rumour');
    expect([status, output.includes('npm run prices:import -- FILE')]).to.deep.equal([2, true]);
  });
});
