import { expect } from 'chai';
import { commandHandler } from '@lego-moc/application/command-handler';
import { currentState } from '@lego-moc/application/current-state';
import { newId } from '@lego-moc/application/new-id';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { isRejection } from '@lego-moc/kernel/decider';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { readPriceCsv } from '../../adapters/price-files/price-csv.ts';
import type { PriceEvent } from '../../domain/prices/price-events.ts';
import { priceOwnerDecider, refusalOf, type PriceOwnerErased } from '../../domain/prices/price-owner.ts';
import { priceDecider, priceIdOf } from '../../domain/prices/price.ts';
import type { OwnPrice } from '../ports/price-book.ts';
import { erasePricesOf, sweepErasedPrices } from './erase-prices.ts';
import { importPrices } from './import-prices.ts';
import { recordPrices } from './record-prices.ts';

const ada = 'ada' as UserId;
const NOW = '2026-01-10T12:00:00.000Z' as Instant;
const CSV = 'item,color,new_or_used,qty_avg_price,currency_code\n3001,5,N,0.25,EUR\n3002,5,N,0.25,EUR\n';
const ITEM = { itemType: 'P', colour: 5, condition: 'new', guide: 'stock', currency: 'EUR' } as const;
const IDS = ['3001', '3002'].map((number) => priceIdOf({ ...ITEM, number, owner: ada }));

const cause = () => ({ commandId: newId(), correlationId: newId(), actor: 'ada' });

/** Prices with a read model that has only what `project` has put there. */
const world = () => {
  const streams = inMemoryStreams<PriceEvent>('price');
  const ownerStreams = inMemoryStreams<PriceOwnerErased>('priceOwner');
  const handle = commandHandler(priceDecider, streams);
  const loadOwner = currentState(priceOwnerDecider, ownerStreams);
  const load = currentState(priceDecider, streams);
  let rows: readonly string[] = [];
  const keys = new Set([ada]);
  const book = {
    count: () => Promise.resolve(rows.length),
    page: (_: UserId, after: string) =>
      Promise.resolve(rows.filter((id) => id > after).map((priceId) => ({ priceId }) as OwnPrice)),
  };
  const erasure = {
    ...{ handle, book, now: () => NOW, owners: commandHandler(priceOwnerDecider, ownerStreams) },
    keys: { remove: async (owner: UserId) => void keys.delete(await Promise.resolve(owner)) },
  };
  const statuses = () => Promise.all(IDS.map(async (id) => (await load(id)).status));
  return {
    ...{ keys, statuses, erase: erasePricesOf(erasure) },
    sweep: sweepErasedPrices(erasure, () => Promise.resolve([ada])),
    importCsv: importPrices({
      ...{ read: readPriceCsv, record: recordPrices(handle), book, now: () => NOW },
      ownerRefusal: async (owner) => refusalOf(await loadOwner(owner)),
    }),
    /** The read model catches up. */
    project: async () => {
      const states = await statuses();
      rows = IDS.filter((_, index) => states[index] === 'observed').toSorted();
    },
  };
};

describe('erasing the prices of a user', () => {
  it('removes the key and withdraws all prices, the same when repeated', async () => {
    const { erase, importCsv, project, statuses, keys } = world();
    await importCsv(ada, { csv: CSV, guide: 'stock' }, cause());
    await project();
    const erasure = cause();
    await erase(ada, erasure);
    await erase(ada, erasure);
    expect([await statuses(), keys.size]).to.eql([['absent', 'absent'], 0]);
  });

  it('refuses an import afterwards, and records nothing of it', async () => {
    const { erase, importCsv, statuses } = world();
    await erase(ada, cause());
    const result = await importCsv(ada, { csv: CSV, guide: 'stock' }, cause());
    expect(isRejection(result) && result.rejected).to.equal('user-erased');
    expect(await statuses()).to.eql(['absent', 'absent']);
  });

  it('withdraws with a sweep the prices that were projected after the erasure', async () => {
    const { erase, importCsv, project, statuses, sweep } = world();
    await importCsv(ada, { csv: CSV, guide: 'stock' }, cause());
    await erase(ada, cause());
    expect(await statuses()).to.eql(['observed', 'observed']);
    await sweep();
    await project();
    await sweep();
    expect(await statuses()).to.eql(['absent', 'absent']);
  });
});
