import { expect } from 'chai';
import { eventStoreForTests } from '@lego-moc/testing/event-store-for-tests';
import { lastReconciliation, recordReconciliation } from './reconciliations.ts';
import { newCategory } from './testing/toys.ts';

describe('reconciliations', () => {
  it('have never been before the first one, and are as old as the last one then', async () => {
    const { client } = await eventStoreForTests();
    const name = newCategory();
    expect(await lastReconciliation(client, name)).to.equal(undefined);

    await recordReconciliation(client, name);
    const first = await lastReconciliation(client, name);
    await recordReconciliation(client, name);
    const second = await lastReconciliation(client, name);

    expect(Date.parse(first ?? '')).to.be.at.most(Date.parse(second ?? ''));
  });
});
