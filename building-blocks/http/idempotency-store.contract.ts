import { expect } from 'chai';
import type { IdempotencyStore } from './idempotency-store.ts';
import { newId } from '@lego-moc/application/new-id';

/** What every store of idempotency keys does. */
export const idempotencyStoreContract = (name: string, open: () => Promise<IdempotencyStore>): void => {
  describe(`remembering what was answered (${name})`, () => {
    let store: IdempotencyStore;
    before(async () => {
      store = await open();
    });
    const owner = () => ({ actor: 'ada', key: newId() });
    const reply = { status: 201, headers: { location: '/v1/mocs/1' }, body: { z: 1, a: [2, null], n: 1.5 } };

    it('lets exactly one of many simultaneous requests through', async () => {
      const mine = owner();
      const claims = await Promise.all(Array.from({ length: 10 }, () => store.claim(mine, 'asked')));

      expect(claims.filter(({ outcome }) => outcome === 'claimed')).to.have.length(1);
      expect(claims.filter(({ outcome }) => outcome === 'in-flight')).to.have.length(9);
    });

    it('gives the first answer again, to the letter', async () => {
      const mine = owner();
      const claim = await store.claim(mine, 'asked');
      if (claim.outcome === 'claimed') await store.complete(mine, claim.claimId, reply);

      const again = await store.claim(mine, 'asked');

      expect(JSON.stringify(again)).to.equal(JSON.stringify({ outcome: 'answered', reply }));
    });

    it('tells another request under the same key apart, answered or not', async () => {
      const mine = owner();
      const claim = await store.claim(mine, 'asked');
      expect(await store.claim(mine, 'something else')).to.deep.equal({ outcome: 'other-request' });
      if (claim.outcome === 'claimed') await store.complete(mine, claim.claimId, reply);

      expect(await store.claim(mine, 'something else')).to.deep.equal({ outcome: 'other-request' });
    });

    it('keeps the same key of two users apart', async () => {
      const mine = owner();
      await store.claim(mine, 'asked');

      expect((await store.claim({ ...mine, actor: 'bob' }, 'something else')).outcome).to.equal('claimed');
    });

    it('frees a key that was released', async () => {
      const mine = owner();
      const claim = await store.claim(mine, 'asked');
      if (claim.outcome === 'claimed') await store.release(mine, claim.claimId);

      expect((await store.claim(mine, 'something else')).outcome).to.equal('claimed');
    });

    it('ignores who no longer holds the claim', async () => {
      const mine = owner();
      await store.claim(mine, 'asked');
      await store.complete(mine, newId(), reply);
      await store.release(mine, newId());

      expect((await store.claim(mine, 'asked')).outcome).to.equal('in-flight');
    });
  });
};
