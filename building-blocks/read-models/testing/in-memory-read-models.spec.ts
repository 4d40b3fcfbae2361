import { inMemoryReadModels } from './in-memory-read-models.ts';
import { readModelStoreContract } from '../read-model-store.contract.ts';

describe('read models in memory', () => {
  readModelStoreContract(() => Promise.resolve(inMemoryReadModels()));
});
