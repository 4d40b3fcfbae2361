import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import type { UserId } from '@lego-moc/kernel/message';
import type { KeyVault } from '../../application/ports/key-vault.ts';

/** The contract of every key vault. */
export const keyVaultContract = (name: string, open: () => Promise<KeyVault>): void => {
  describe(`keeping the keys of users in ${name}`, () => {
    let vault: KeyVault;
    let ada: UserId;
    before(async () => {
      vault = await open();
    });
    beforeEach(() => {
      ada = newId() as UserId;
    });

    it('has no key until one is needed', async () => {
      expect((await vault.keysOf([ada])).size).to.equal(0);
    });

    it('returns the same key to concurrent callers', async () => {
      const keys = await Promise.all(Array.from({ length: 5 }, () => vault.keyFor(ada)));
      const sealedEmail = keys[0]?.seal('email', 'a@x.example') ?? '';
      const all = [...keys, await vault.keyFor(ada), (await vault.keysOf([ada])).get(ada)];
      expect(all.map((key) => key?.open('email', sealedEmail))).to.deep.equal(all.map(() => 'a@x.example'));
    });

    it('gives every user a key of their own', async () => {
      const sealedEmail = (await vault.keyFor(ada))?.seal('email', 'a@x.example') ?? '';
      const bobs = await vault.keyFor(newId() as UserId);
      expect(() => bobs?.open('email', sealedEmail)).to.throw();
    });

    it('destroys a key for good, and makes no other', async () => {
      const bob = newId() as UserId;
      await vault.keyFor(ada);
      await vault.keyFor(bob);
      await vault.destroy(ada);
      await vault.destroy(ada);
      expect(await vault.keyFor(ada)).to.equal(undefined);
      expect([...(await vault.keysOf([ada, bob])).keys()]).to.deep.equal([bob]);
    });

    it('lists the users with a key, and makes none for the others', async () => {
      const [bob, eve] = [newId() as UserId, newId() as UserId];
      await vault.keyFor(ada);
      await vault.keyFor(bob);
      await vault.destroy(bob);
      for (let look = 1; look <= 2; look += 1) expect(await vault.withKey([ada, bob, eve])).to.deep.equal([ada]);
      expect(await vault.withKey([])).to.deep.equal([]);
    });

    it('makes none for a user who was erased before their first use', async () => {
      await vault.destroy(ada);
      expect(await vault.keyFor(ada)).to.equal(undefined);
    });
  });
};
