import { expect } from 'chai';
import { commandHandler } from '@lego-moc/application/command-handler';
import { currentState } from '@lego-moc/application/current-state';
import { newId } from '@lego-moc/application/new-id';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { storedLot } from '../../testing/stored-lots.ts';
import { inMemoryParsing } from '../../testing/in-memory-ports.ts';
import type { AttemptId } from '../../domain/file-job-events.ts';
import { lookUpBudgetDecider, type LookUpsReserved } from '../../domain/prices/look-up-budget.ts';
import { priceDecider, priceIdOf } from '../../domain/prices/price.ts';
import type { PriceEvent } from '../../domain/prices/price-events.ts';
import { priceRefreshDecider, type PriceRefreshEvent, type RefreshId } from '../../domain/prices/price-refresh.ts';
import { parseFile } from '../parse-file.ts';
import type { LookUp, PriceSource, SourceKey } from '../ports/price-source.ts';
import { countListNeeds } from './estimate-lists.ts';
import { recordPrices } from './record-prices.ts';
import { refreshPrices, type PriceRefreshing } from './refresh-prices.ts';

const ada = 'ada' as UserId;
const NOW = '2026-01-10T12:00:00.000Z' as Instant;
const key: SourceKey = { consumerKey: 'a', consumerSecret: 'b', token: 'c', tokenSecret: 'd' };
const market = { condition: 'new', guide: 'stock', currency: 'EUR' } as const;
const unit = { minimum: 1, average: 2, quantityAverage: 2, maximum: 3 };
const ANSWER: LookUp = { status: 'answered', figures: { offers: 1, pieces: 5, unit } };

const cause = () => ({ commandId: newId(), correlationId: newId(), actor: 'ada' });

/** A list of `items` different parts, the last one needed most. */
const world = async (items: number, change: Partial<PriceRefreshing> & { readonly dailyMax?: number } = {}) => {
  const parsing = inMemoryParsing();
  const jobId = await parsing.submit('Part,Color,Quantity\n3001,4,4\n');
  await parseFile(parsing)(jobId, newId() as AttemptId, cause());
  const lots = async function* () {
    const partNumbers = Array.from({ length: items }, (_, index) => String(3001 + index));
    yield await Promise.resolve(
      partNumbers.map((part, index) => storedLot({ partNumber: part, part, quantity: index + 1 })),
    );
  };
  const prices = inMemoryStreams<PriceEvent>('price');
  const budgets = inMemoryStreams<LookUpsReserved>('priceBudget');
  const refreshes = inMemoryStreams<PriceRefreshEvent>('priceRefresh');
  const lookedUpNumbers: string[] = [];
  const source: PriceSource = change.source ?? { lookUp: () => Promise.resolve(ANSWER) };
  const handle = commandHandler(priceRefreshDecider, refreshes);
  const load = currentState(priceRefreshDecider, refreshes);
  const refresh = refreshPrices({
    ...{ handle, load, job: parsing.load, needs: countListNeeds(lots), now: () => NOW, pauseMs: 0 },
    budget: {
      handle: commandHandler(lookUpBudgetDecider, budgets),
      load: currentState(lookUpBudgetDecider, budgets),
      dailyMax: change.dailyMax ?? 5_000,
    },
    price: currentState(priceDecider, prices),
    keys: change.keys ?? { find: () => Promise.resolve(key) },
    record: recordPrices(commandHandler(priceDecider, prices)),
    source: {
      lookUp: (item, ...rest) => {
        lookedUpNumbers.push(item.number);
        return source.lookUp(item, ...rest);
      },
    },
  });
  return {
    lookedUpNumbers,
    priceOf: (number: string) =>
      currentState(priceDecider, prices)(priceIdOf({ owner: ada, itemType: 'P', number, colour: 5, ...market })),
    /** The outcome of one more refresh. */
    run: async (): Promise<unknown> => {
      const refreshId = newId() as RefreshId;
      await handle(
        refreshId,
        { type: 'RequestPriceRefresh', data: { refreshId, jobId, owner: ada, market, at: NOW } },
        cause(),
      );
      const reaction = cause();
      await refresh(refreshId, reaction);
      await refresh(refreshId, reaction);
      const state = await load(refreshId);
      if (state.status !== 'ended') return state.status;
      const { outcome, lookedUp, remaining } = state.result;
      return [outcome, lookedUp, remaining];
    },
  };
};

describe('refreshing prices at their source', () => {
  it('asks for each price once, the most needed first, and not again while it is fresh', async () => {
    const { run, lookedUpNumbers, priceOf } = await world(25);
    expect(await run()).to.eql(['completed', 25, 0]);
    expect([lookedUpNumbers.length, lookedUpNumbers[0], new Set(lookedUpNumbers).size]).to.eql([25, '3025', 25]);
    expect((await priceOf('3001')).status).to.equal('observed');
    expect(await run()).to.eql(['completed', 0, 0]);
    expect(lookedUpNumbers).to.have.length(25);
  });

  it('makes no more calls than the budget of the day has, also over several refreshes', async () => {
    const { run, lookedUpNumbers } = await world(25, { dailyMax: 13 });
    expect(await run()).to.eql(['budget-spent', 13, 12]);
    expect(await run()).to.eql(['budget-spent', 0, 12]);
    expect(lookedUpNumbers).to.have.length(13);
  });

  it('tries a source that is unavailable three times, then ends', async () => {
    const down: PriceSource = { lookUp: () => Promise.resolve({ status: 'unavailable', because: 'status 503' }) };
    const { run, lookedUpNumbers } = await world(2, { source: down });
    expect(await run()).to.eql(['source-unavailable', 0, 2]);
    expect(lookedUpNumbers).to.have.length(6);
  });

  it('keeps what was answered when other calls of the batch failed, and asks only for the others again', async () => {
    let failures = 1;
    const flaky: PriceSource = {
      lookUp: ({ number }) =>
        Promise.resolve(number === '3001' && failures-- > 0 ? { status: 'unavailable', because: '' } : ANSWER),
    };
    const { run, lookedUpNumbers } = await world(3, { source: flaky });
    expect(await run()).to.eql(['completed', 3, 0]);
    expect(lookedUpNumbers).to.eql(['3003', '3002', '3001', '3001']);
  });

  it('ends at once when the key is refused, the source’s own limit is reached, or there is no key', async () => {
    for (const [status, outcome] of [
      ['refused', 'key-refused'],
      ['limit-reached', 'budget-spent'],
    ] as const) {
      const { run, lookedUpNumbers } = await world(2, {
        source: { lookUp: () => Promise.resolve({ status, because: '' }) },
      });
      expect(await run()).to.eql([outcome, 0, 2]);
      expect(lookedUpNumbers).to.have.length(2);
    }
    const { run, lookedUpNumbers } = await world(2, { keys: { find: () => Promise.resolve(undefined) } });
    expect([await run(), lookedUpNumbers]).to.eql([['key-missing', 0, 2], []]);
  });
});
