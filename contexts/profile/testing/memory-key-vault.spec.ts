import { keyVaultContract } from '../adapters/vault/key-vault.contract.ts';
import { memoryKeyVault } from './memory-key-vault.ts';

keyVaultContract('memory', () => Promise.resolve(memoryKeyVault()));
