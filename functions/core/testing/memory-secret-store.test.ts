import { describe } from 'vitest';
import { memorySecret } from './memory-secret-store.ts';
import { describeSecretStoreContract } from './secret-store-contract.ts';

describe('the store in memory', () => {
  describeSecretStoreContract(async () => {
    const { store } = memorySecret({
      versions: [
        { id: 'current', value: '{"first":1}', labels: ['AWSCURRENT'] },
        { id: 'pending', labels: ['AWSPENDING'] },
      ],
    });
    return { store, currentText: '{"first":1}', currentId: 'current', pendingId: 'pending' };
  });
});
