import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import type { PartColoursReply } from '@lego-moc/file-processing/contracts/part-colours-api';
import type { UserId } from '@lego-moc/kernel/message';
import type { ServiceClient } from '@lego-moc/resilience/http-client';
import type { Call } from '@lego-moc/resilience/service-call';
import { readColours } from './read-colours.ts';

const ada = 'ada' as UserId;
const cause = { commandId: newId(), correlationId: newId(), actor: ada };
const RED = { colourId: 4, name: 'Red', elements: 2, sets: 30 };

/** A service that knows each part in red; the price is in `currency` where there is one. */
const begin = (currency: string | null, price: string | null) => {
  const calls: Call[] = [];
  const numbersIn = (call: Call) => (call.json as { readonly parts: readonly string[] }).parts;
  const service: Pick<ServiceClient, 'call'> = {
    call: (call) => {
      calls.push(call);
      const parts = numbersIn(call).map((number) => ({ number, colours: [{ ...RED, price }] }));
      const body: PartColoursReply = { release: `r${String(calls.length)}`, currency, parts };
      return Promise.resolve({ status: 200, headers: {}, body });
    },
  };
  const read = (parts: readonly string[]) => readColours(service as ServiceClient).of(parts, ada, cause);
  return { calls, numbersIn, read };
};

describe('reading the colours of parts', () => {
  it('asks about two hundred parts at a time, for the reader, and names every release that answered', async () => {
    const { calls, numbersIn, read } = begin('EUR', '0.2500');
    const parts = Array.from({ length: 450 }, (_, index) => String(index));
    const { releases, byPart } = await read(parts);
    expect(calls.map((call) => numbersIn(call).length)).to.deep.equal([200, 200, 50]);
    expect(calls.flatMap(numbersIn)).to.deep.equal(parts);
    expect(calls[0]).to.deep.include({ method: 'POST', path: '/v1/part-colours' });
    expect(calls[0]?.json).to.include({ reader: 'ada' });
    expect(releases).to.deep.equal(['r1', 'r2', 'r3']);
    expect(byPart.size).to.equal(450);
  });

  it('gives prices with their currency, and none where either is unknown', async () => {
    const colourWith = async (currency: string | null, price: string | null) =>
      (await begin(currency, price).read(['3001'])).byPart.get('3001')?.[0];
    const { colourId, ...supply } = RED;
    expect(await colourWith('EUR', '0.2500')).to.deep.equal({
      ...supply,
      ...{ colour: String(colourId), price: { amount: '0.2500', currency: 'EUR' } },
    });
    expect((await colourWith('EUR', null))?.price).to.equal(null);
    expect((await colourWith(null, null))?.price).to.equal(null);
  });

  it('asks nothing about no parts', async () => {
    const { calls, read } = begin('EUR', null);
    expect((await read([])).byPart.size).to.equal(0);
    expect(calls).to.deep.equal([]);
  });
});
