import { expect } from 'chai';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { ContentKey, FileId } from '../domain/file-events.ts';
import type { File, StoredState } from '../domain/file.ts';
import type { StorageAccount } from '../domain/storage-account.ts';
import type { StorageAccountEvent } from '../domain/storage-account-events.ts';
import { auditStorage, findingsIn, inBoth, type StorageInventory } from './audit.ts';
import { recount } from './recount.ts';
import { accountId, storageAccounts } from './storage-accounts.ts';

const ada = 'ada' as UserId;
const cause = { commandId: 'c', correlationId: 'c', actor: 'ada' };

const storedFile = (id: string, more: Partial<StoredState> = {}): StoredState => ({
  ...{ status: 'stored', fileId: id as FileId, owner: ada, purpose: 'thumbnail', name: 'a.webp' },
  ...{ sha256: `sha of ${id}`, size: 100, mediaType: 'image/webp', key: `${id}/a1` as ContentKey },
  storedAt: '2026-01-01T12:00:00.000Z' as Instant,
  ...more,
});

const emptyAccounts = () => storageAccounts(inMemoryStreams<StorageAccountEvent>('storageAccount'));
type Accounts = ReturnType<typeof emptyAccounts>;

const count = (accounts: Accounts, { fileId, key, sha256, size, contentKey = key }: StoredState) =>
  accounts.count({ owner: ada, attempt: key, fileId, sha256, size, contentKey }, cause);

const inventory = async (
  files: readonly StoredState[],
  { accounts = emptyAccounts(), ...more }: Partial<Omit<StorageInventory, 'accounts'>> & { accounts?: Accounts } = {},
): Promise<StorageInventory> => {
  const account: StorageAccount = await accounts.load(ada);
  return {
    files: new Map<string, File>(files.map((file) => [file.fileId, file])),
    accounts: new Map([[accountId(ada), account]]),
    objects: new Set(files.map(({ key, contentKey = key }) => contentKey)),
    references: new Set(files.map(({ fileId }) => fileId)),
    ...more,
  };
};

const countFiles = async (...files: readonly StoredState[]): Promise<Accounts> => {
  const accounts = emptyAccounts();
  for (const file of files) await count(accounts, file);
  return accounts;
};

describe('auditing storage', () => {
  const crane = storedFile('crane');
  const copy = storedFile('copy', { sha256: crane.sha256, contentKey: crane.key });

  it('finds nothing where events, objects, references and accounts agree', async () => {
    const all = await inventory([crane, copy], { accounts: await countFiles(crane, copy) });
    expect(findingsIn(auditStorage(all))).to.equal(0);
  });

  it('finds an object that no event names', async () => {
    const objects = new Set([crane.key, 'crane/zz']);
    const all = await inventory([crane], { accounts: await countFiles(crane), objects });
    expect(auditStorage(all).orphans).to.deep.equal(['crane/zz']);
  });

  it('finds no orphan in an upload in progress, nor in renditions that are being made', async () => {
    const objects = new Set([crane.key, 'ship/a1', 'pending/ship/a1', 'crane/rendition-200']);
    const all = await inventory([crane], { accounts: await countFiles(crane), objects });
    expect(findingsIn(auditStorage(all))).to.equal(0);
  });

  it('finds the rendition of a file that is gone', async () => {
    const objects = new Set([crane.key, 'ship/rendition-200']);
    const all = await inventory([crane], { accounts: await countFiles(crane), objects });
    expect(auditStorage(all).orphans).to.deep.equal(['ship/rendition-200']);
  });

  it('finds missing contents and missing renditions', async () => {
    const rendition = { side: 200, width: 200, height: 200, size: 9, key: 'crane/rendition-200' as ContentKey };
    const image = { width: 4, height: 4, blurhash: 'L', dominantColour: '#000000', renditions: [rendition] };
    const file = storedFile('crane', { image });
    const all = await inventory([file], { accounts: await countFiles(file), objects: new Set() });
    expect(auditStorage(all).missing).to.deep.equal([file.key, rendition.key]);
  });

  it('finds files without a reference, and references without a file', async () => {
    const all = await inventory([crane], { accounts: await countFiles(crane), references: new Set(['ship']) });
    expect(auditStorage(all)).to.deep.include({ unreferenced: ['crane'], dangling: ['ship'] });
  });

  it('finds files that are not counted, and counted attempts that are no files', async () => {
    const all = await inventory([crane], { accounts: await countFiles(copy) });
    expect(auditStorage(all).miscounted).to.have.members([crane.key, copy.key]);
  });

  it('keeps what two audits have in common', () => {
    const noFindings = { orphans: [], missing: [], unreferenced: [], dangling: [], miscounted: [] };
    expect(
      inBoth({ ...noFindings, orphans: ['a', 'b'], missing: ['c'] }, { ...noFindings, orphans: ['b', 'd'] }),
    ).to.deep.equal({
      ...noFindings,
      orphans: ['b'],
    });
  });
});

describe('recounting accounts', () => {
  const crane = storedFile('crane');
  const former = storedFile('former');

  it('counts what was not counted, and frees what is no file and no upload in progress', async () => {
    const accounts = await countFiles(former);
    const space = { owner: ada, needed: 7, preferred: 7, limit: 1_000 };
    for (const attempt of ['dead/a1', 'live/a1'] as ContentKey[]) await accounts.reserve({ ...space, attempt }, cause);
    const objects = new Set([crane.key, 'pending/live/a1']);

    const dry = await recount(await inventory([crane], { accounts, objects }), accounts, { dryRun: true });
    expect(dry).to.deep.equal({ accounts: 1, files: 1, uncounted: 1, excess: 2, repaired: 0 });
    expect(await accounts.load(ada)).to.include({ usedBytes: 100, reservedBytes: 14 });

    const report = await recount(await inventory([crane], { accounts, objects }), accounts, { dryRun: false });
    expect(report).to.include({ uncounted: 1, excess: 2, repaired: 3 });
    expect(await accounts.load(ada)).to.include({ usedBytes: 100, reservedBytes: 7, fileCount: 1 });
    const again = await recount(await inventory([crane], { accounts, objects }), accounts, { dryRun: false });
    expect(again).to.include({ uncounted: 0, excess: 0, repaired: 0 });
  });
});
