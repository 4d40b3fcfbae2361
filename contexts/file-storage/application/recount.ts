import { derivedId } from '@lego-moc/kernel/ids';
import { contentKeyOf } from '../domain/file.ts';
import { miscountsIn, storedFilesIn, type StorageInventory } from './audit.ts';
import type { StorageAccounts } from './storage-accounts.ts';

export type RecountReport = {
  readonly accounts: number;
  readonly files: number;
  /** Stored files that no account counted. */
  readonly uncounted: number;
  /** Attempts that an account counted or reserved space for, and that are no stored files. */
  readonly excess: number;
  readonly repaired: number;
};

const NAME = 'storage-recount';

/** Compares every account with the stored files of its owner, and repairs what differs unless it is a dry run. */
export const recount = async (
  inventory: StorageInventory,
  accounts: Pick<StorageAccounts, 'count' | 'releaseFrom'>,
  { dryRun }: { readonly dryRun: boolean },
): Promise<RecountReport> => {
  const storedFiles = storedFilesIn(inventory);
  const miscounts = miscountsIn(inventory);
  let repairCount = 0;
  for (const { accountId, attempt, file } of dryRun ? [] : miscounts) {
    const cause = { commandId: derivedId(NAME, accountId, attempt), correlationId: accountId, actor: NAME };
    if (file === undefined) await accounts.releaseFrom(accountId, attempt, cause);
    else {
      const { owner, fileId, sha256, size } = file;
      await accounts.count({ owner, attempt, fileId, sha256, size, contentKey: contentKeyOf(file) }, cause);
    }
    repairCount += 1;
  }
  const uncountedCount = miscounts.filter(({ file }) => file !== undefined).length;
  return {
    accounts: inventory.accounts.size,
    files: storedFiles.length,
    ...{ uncounted: uncountedCount, excess: miscounts.length - uncountedCount, repaired: repairCount },
  };
};
