import { jsonEvent } from '@eventstore/db-client';
import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import { eventStoreForTests } from '@lego-moc/testing/event-store-for-tests';
import { tail } from './tail.ts';

type Reception = { readonly recorded: number; readonly skipped: number; readonly text: string };

const count = (text: string): Omit<Reception, 'text'> => ({
  recorded: text.match(/^event: recorded$/gm)?.length ?? 0,
  skipped: [...text.matchAll(/^data: \{"count":(\d+)\}$/gm)].reduce((sum, [, number]) => sum + Number(number), 0),
});

describe('the live tail', function () {
  this.timeout(30_000);

  it('sends at most fifty events at a time, without what they say, and counts those that it leaves out', async () => {
    const { client } = await eventStoreForTests();
    const category = `toy${newId().replaceAll('-', '')}`;
    const events = (type: string, size: number) =>
      Array.from({ length: size }, () => jsonEvent({ type, data: { title: 'ada@example.test' } }));
    const stream = tail(client, { category, type: 'toys.Built' }, { intervalMs: 50, msMax: 25_000 });
    let batchSent = false;
    let all = '';
    let afterBatch = { recorded: 0, skipped: 0 };
    for await (const chunk of stream as AsyncIterable<string>) {
      all += chunk;
      const { recorded, skipped } = count(chunk);
      expect(recorded).to.be.lessThan(51);
      if (!batchSent && recorded === 0) {
        await client.appendToStream(`${category}-probe`, events('toys.Painted', 1).concat(events('toys.Built', 1)));
      } else if (!batchSent) {
        batchSent = true;
        await client.appendToStream(`${category}-batch`, events('toys.Built', 500));
      } else {
        afterBatch = { recorded: afterBatch.recorded + recorded, skipped: afterBatch.skipped + skipped };
        if (all.includes(`${category}-batch`) && afterBatch.recorded + afterBatch.skipped >= 500) break;
      }
    }
    expect(afterBatch.skipped).to.be.greaterThan(0);
    expect(all).not.to.contain('ada@example.test').and.not.to.contain('toys.Painted');
  });
});
