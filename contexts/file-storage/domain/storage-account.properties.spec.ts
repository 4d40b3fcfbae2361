import { expect } from 'chai';
import fc from 'fast-check';
import { isRejection } from '@lego-moc/kernel/decider';
import type { UserId } from '@lego-moc/kernel/message';
import type { ContentKey, FileId } from './file-events.ts';
import { entriesOf } from './shards.ts';
import { storageAccountDecider, type StorageAccountCommand } from './storage-account.ts';
import type { StorageAccountEvent } from './storage-account-events.ts';

const { decide, evolve, initial } = storageAccountDecider;
const owner = 'ada' as UserId;
const LIMIT = 1_000;

/** An attempt receives one content; two of these receive the same. */
const CONTENT = {
  'file-1/aa': { sha256: 'a1', size: 100 },
  'file-2/bb': { sha256: 'a1', size: 100 },
  'file-3/ab': { sha256: 'b2', size: 350 },
  'file-4/ba': { sha256: 'c1', size: 700 },
};
const attempt = fc.constantFrom(...(Object.keys(CONTENT) as (keyof typeof CONTENT)[]));

const command: fc.Arbitrary<StorageAccountCommand> = fc.oneof(
  fc
    .record({ attempt, needed: fc.nat(500), more: fc.nat(500) })
    .map(({ attempt: of, needed, more }): StorageAccountCommand => ({
      type: 'ReserveSpace',
      data: { owner, attempt: of as ContentKey, needed, preferred: needed + more, limit: LIMIT },
    })),
  attempt.map((of): StorageAccountCommand => ({
    type: 'CountFile',
    data: { owner, attempt: of as ContentKey, fileId: of.slice(0, 6) as FileId, ...CONTENT[of] },
  })),
  attempt.map((of): StorageAccountCommand => ({ type: 'ReleaseSpace', data: { attempt: of as ContentKey } })),
);

const history = fc.array(command, { maxLength: 20 }).map((commands) => {
  const events: StorageAccountEvent[] = [];
  let account = initial;
  for (const request of commands) {
    const decision = decide(request, account);
    if (isRejection(decision)) continue;
    events.push(...decision);
    account = decision.reduce(evolve, account);
  }
  return { events, account };
});

describe('the laws of a storage account', () => {
  it('repeats an accepted command without effect', () => {
    fc.assert(
      fc.property(history, command, ({ account }, request) => {
        const first = decide(request, account);
        fc.pre(!isRejection(first));
        expect(decide(request, first.reduce(evolve, account))).to.deep.equal([]);
      }),
    );
  });

  it('has totals that are the sums of what it counts', () => {
    fc.assert(
      fc.property(history, ({ account }) => {
        const files = entriesOf(account.files).map(([, file]) => file);
        const contents = new Map(files.map(({ contentKey, size }) => [contentKey, size]));
        const sum = (sizes: Iterable<number>): number => [...sizes].reduce((total, size) => total + size, 0);
        expect(account.usedBytes).to.equal(sum(contents.values()));
        expect(account.fileBytes).to.equal(sum(files.map(({ size }) => size)));
        expect(account.fileCount).to.equal(files.length);
        expect(account.reservedBytes).to.equal(sum(entriesOf(account.reserved).map(([, bytes]) => bytes)));
        const referencedKeys = entriesOf(account.references).map(([key]) => key);
        expect(referencedKeys).to.have.members([...contents.keys()]);
      }),
    );
  });

  it('sets aside no more than there is room for', () => {
    fc.assert(
      fc.property(history, command, ({ account }, request) => {
        const decision = decide(request, account);
        fc.pre(!isRejection(decision) && decision[0]?.type === 'SpaceReserved');
        const { usedBytes, reservedBytes } = decision.reduce(evolve, account);
        expect(usedBytes + reservedBytes).to.be.at.most(LIMIT);
      }),
    );
  });

  it('folds every event stored twice to the same account', () => {
    fc.assert(
      fc.property(history, ({ events, account }) => {
        expect(events.flatMap((event) => [event, event]).reduce(evolve, initial)).to.deep.equal(account);
      }),
    );
  });
});
