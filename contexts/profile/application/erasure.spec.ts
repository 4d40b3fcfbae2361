import { expect } from 'chai';
import type { UserId } from '@lego-moc/kernel/message';
import { memoryAvatars } from '../testing/memory-avatars.ts';
import { memoryKeyVault } from '../testing/memory-key-vault.ts';
import { eraseUserData } from './erasure.ts';

const ada = 'ada' as UserId;

describe('erasing the data of a user', () => {
  it('destroys the key first, so that nothing is readable when a later step fails', async () => {
    const vault = memoryKeyVault();
    await vault.keyFor(ada);
    const deleteReplies = () => Promise.reject(new Error('The database is away'));
    const forgetting = eraseUserData({ vault, avatars: memoryAvatars(), deleteReplies })(ada);
    expect(await forgetting.catch((error: unknown) => (error as Error).message)).to.equal('The database is away');
    expect(await vault.keyFor(ada)).to.equal(undefined);
  });
});
