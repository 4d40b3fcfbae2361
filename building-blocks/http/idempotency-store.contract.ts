import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { IdempotencyStore } from './idempotency-store.ts';
import { newId } from '@lego-moc/application/new-id';

/** The contract of every store of idempotency keys. */
export const idempotencyStoreContract = (
  name: string,
  open: () => Promise<IdempotencyStore>,
  passTime: (ms: number) => Promise<unknown> = sleep,
): void => {
  describe(`storing idempotency keys (${name})`, () => {
    let store: IdempotencyStore;
    before(async () => {
      store = await open();
    });
    const owner = () => ({ actor: 'ada', key: newId() });
    const reply = { status: 201, headers: { location: '/v1/mocs/1' }, body: { z: 1, a: [2, null], n: 1.5 } };

    it('grants a claim to exactly one of many concurrent requests', async () => {
      const keyOwner = owner();
      const claims = await Promise.all(Array.from({ length: 10 }, () => store.claim(keyOwner, 'asked')));

      expect(claims.filter(({ outcome }) => outcome === 'claimed')).to.have.length(1);
      expect(claims.filter(({ outcome }) => outcome === 'in-flight')).to.have.length(9);
    });

    it('returns the stored answer unchanged', async () => {
      const keyOwner = owner();
      const claim = await store.claim(keyOwner, 'asked');
      if (claim.outcome === 'claimed') await store.complete(keyOwner, claim.claimId, reply);

      const again = await store.claim(keyOwner, 'asked');

      expect(JSON.stringify(again)).to.equal(JSON.stringify({ outcome: 'answered', reply }));
    });

    it('distinguishes another request under the same key, answered or not', async () => {
      const keyOwner = owner();
      const claim = await store.claim(keyOwner, 'asked');
      expect(await store.claim(keyOwner, 'something else')).to.deep.equal({ outcome: 'other-request' });
      if (claim.outcome === 'claimed') await store.complete(keyOwner, claim.claimId, reply);

      expect(await store.claim(keyOwner, 'something else')).to.deep.equal({ outcome: 'other-request' });
    });

    it('keeps the same key of two users apart', async () => {
      const keyOwner = owner();
      await store.claim(keyOwner, 'asked');

      expect((await store.claim({ ...keyOwner, actor: 'bob' }, 'something else')).outcome).to.equal('claimed');
    });

    it('frees a key that was released', async () => {
      const keyOwner = owner();
      const claim = await store.claim(keyOwner, 'asked');
      if (claim.outcome === 'claimed') await store.release(keyOwner, claim.claimId);

      expect((await store.claim(keyOwner, 'something else')).outcome).to.equal('claimed');
    });

    it('keeps the command id of a request that is claimed again, and gives another request a new one', async () => {
      const keyOwner = owner();
      const first = await store.claim(keyOwner, 'asked');
      if (first.outcome !== 'claimed') throw new Error('A new key is claimed');
      await store.release(keyOwner, first.claimId);
      const again = await store.claim(keyOwner, 'asked');
      expect(again).to.deep.include({ outcome: 'claimed', commandId: first.commandId });
      if (again.outcome === 'claimed') await store.release(keyOwner, again.claimId);

      const other = await store.claim(keyOwner, 'something else');
      expect(other.outcome).to.equal('claimed');
      expect(other).not.to.deep.include({ commandId: first.commandId });
    });

    it('frees the key of a dead holder within seconds, and not the key of a live one', async function () {
      this.timeout(20_000);
      const [dead, alive] = [owner(), owner()];
      const first = await store.claim(dead, 'asked');
      const other = await store.claim(alive, 'asked');
      if (first.outcome !== 'claimed' || other.outcome !== 'claimed') throw new Error('A new key is claimed');
      let again = await store.claim(dead, 'asked');
      for (let tries = 0; again.outcome === 'in-flight' && tries < 20; tries += 1) {
        await passTime(500);
        await store.renew([other.claimId]);
        again = await store.claim(dead, 'asked');
      }

      expect(again).to.deep.include({ outcome: 'claimed', commandId: first.commandId });
      expect((await store.claim(alive, 'asked')).outcome).to.equal('in-flight');
    });

    it('ignores a holder whose claim has lapsed', async () => {
      const keyOwner = owner();
      await store.claim(keyOwner, 'asked');
      await store.complete(keyOwner, newId(), reply);
      await store.release(keyOwner, newId());

      expect((await store.claim(keyOwner, 'asked')).outcome).to.equal('in-flight');
    });
  });
};
