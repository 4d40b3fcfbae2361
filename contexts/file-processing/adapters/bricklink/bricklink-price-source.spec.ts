import { expect } from 'chai';
import { silentLogger } from '@lego-moc/logger/logger';
import { serviceClient, type ServiceClient } from '@lego-moc/resilience/http-client';
import type { PriceSource } from '../../application/ports/price-source.ts';
import type { Market } from '../../domain/prices/price-events.ts';
import { brickLinkStub, priceGuide, STUB_KEY, type BrickLinkStub, type Failure } from '../../testing/bricklink-stub.ts';
import { brickLinkPriceSource } from './bricklink-price-source.ts';

const market: Market = { condition: 'new', guide: 'stock', currency: 'EUR' };
const brick = { itemType: 'P', number: '3006', colour: 5 };
const PATH = '/items/part/3006/price?color_id=5&guide_type=stock&new_or_used=N&currency_code=EUR';
const NOTHING = { status: 'answered', figures: { offers: 0, pieces: 0, unit: null } };

describe('asking BrickLink for a price', () => {
  let stub: BrickLinkStub;
  let service: ServiceClient;
  let source: PriceSource;

  beforeEach(async () => {
    stub = await brickLinkStub();
    service = serviceClient({ service: 'bricklink', baseUrl: stub.url, timeoutMs: 1_000, logger: silentLogger });
    source = brickLinkPriceSource({ service, baseUrl: stub.url, nowMs: () => 1_700_000_000_000 });
  });
  afterEach(() => service.close());

  it('reads the figures exactly, with quartiles of the pieces on sale', async () => {
    stub.put(PATH, priceGuide());
    expect(await source.lookUp(brick, market, STUB_KEY)).to.deep.equal({
      status: 'answered',
      figures: {
        ...{ offers: 3, pieces: 100 },
        unit: {
          ...{ minimum: 500, average: 5332, quantityAverage: 3653, maximum: 34290 },
          ...{ lowerQuartile: 3000, upperQuartile: 4000 },
        },
      },
    });
  });

  it('has no quartiles when the answer shows only some of the offers', async () => {
    stub.put(PATH, priceGuide({ total_quantity: 14810 }));
    const reply = await source.lookUp(brick, market, STUB_KEY);
    expect(reply).to.have.nested.property('figures.pieces', 14810);
    expect(reply).not.to.have.nested.property('figures.unit.lowerQuartile');
  });

  it('takes a guide without offers, whose prices are all 0, for no price', async () => {
    const zero = '0.0000';
    stub.put(
      PATH,
      priceGuide({
        ...{ min_price: zero, max_price: zero, avg_price: zero, qty_avg_price: zero },
        ...{ unit_quantity: 0, total_quantity: 0, price_detail: [] },
      }),
    );
    expect(await source.lookUp(brick, market, STUB_KEY)).to.deep.equal(NOTHING);
  });

  it('takes an item that BrickLink does not know for one without offers', async () => {
    expect(await source.lookUp({ ...brick, number: '973pb(1)*' }, market, STUB_KEY)).to.deep.equal(NOTHING);
    expect(stub.calls[0]).to.include('/items/part/973pb(1)*/price');
  });

  it('asks for a set without a colour', async () => {
    await source.lookUp({ itemType: 'S', number: '10255-1', colour: 0 }, { ...market, condition: 'used' }, STUB_KEY);
    expect(stub.calls).to.eql(['/items/set/10255-1/price?guide_type=stock&new_or_used=U&currency_code=EUR']);
  });

  for (const [failure, status] of [
    ['http-500', 'unavailable'],
    ['html-503', 'unavailable'],
    ['meta-500', 'unavailable'],
    ['no-json', 'unavailable'],
    ['silent', 'unavailable'],
    ['http-429', 'limit-reached'],
    ['meta-429', 'limit-reached'],
    ['ip-mismatch', 'refused'],
  ] as const satisfies readonly (readonly [Failure, string])[])
    it(`says ${status} when BrickLink fails by ${failure}, and asks once`, async () => {
      stub.fail = failure;
      expect(await source.lookUp(brick, market, STUB_KEY)).to.have.property('status', status);
    });

  it('says refused for a wrong secret', async () => {
    const wrong = { ...STUB_KEY, tokenSecret: 'other' };
    expect(await source.lookUp(brick, market, wrong)).to.deep.equal({
      status: 'refused',
      because: 'BAD_OAUTH_REQUEST',
    });
  });

  it('says unavailable for the guide of another market, or of another shape', async () => {
    for (const change of [{ currency_code: 'USD' }, { new_or_used: 'U' }, { qty_avg_price: 'n/a' }]) {
      stub.put(PATH, priceGuide(change));
      expect(await source.lookUp(brick, market, STUB_KEY)).to.have.property('status', 'unavailable');
    }
  });
});
