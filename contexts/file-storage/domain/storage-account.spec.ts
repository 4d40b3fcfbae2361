import { given } from '@lego-moc/testing/given';
import { expect } from 'chai';
import type { UserId } from '@lego-moc/kernel/message';
import type { ContentKey, FileId } from './file-events.ts';
import {
  isReferenced,
  storageAccountDecider,
  type CountFile,
  type ReleaseSpace,
  type ReserveSpace,
  type SetQuota,
} from './storage-account.ts';
import type { FileCounted, QuotaSet, SpaceReserved, StorageAccountEvent } from './storage-account-events.ts';

const owner = 'ada' as UserId;
const first = 'file-1/aa' as ContentKey;
const second = 'file-2/bb' as ContentKey;

const spaceReserved = (bytes: number, attempt = first): SpaceReserved => ({
  type: 'SpaceReserved',
  data: { owner, attempt, bytes },
});
const fileCounted = (attempt: ContentKey, contentKey = attempt): FileCounted => ({
  type: 'FileCounted',
  data: { owner, attempt, fileId: attempt.slice(0, 6) as FileId, sha256: 'a1', size: 600, contentKey },
});
const fileUncounted = (attempt: ContentKey): StorageAccountEvent => ({ type: 'FileUncounted', data: { attempt } });
const spaceReleased = (attempt: ContentKey): StorageAccountEvent => ({
  type: 'ReservationReleased',
  data: { attempt },
});
const quotaSet = (bytes: number | null): QuotaSet => ({ type: 'QuotaSet', data: { owner, bytes, setBy: owner } });

const reserve = (neededBytes: number, preferredBytes = neededBytes, attempt = first): ReserveSpace => ({
  type: 'ReserveSpace',
  data: { owner, attempt, needed: neededBytes, preferred: preferredBytes, limit: 1_000 },
});
const count = (attempt = first): CountFile => ({
  type: 'CountFile',
  data: { owner, attempt, fileId: attempt.slice(0, 6) as FileId, sha256: 'a1', size: 600 },
});
const release = (attempt = first): ReleaseSpace => ({ type: 'ReleaseSpace', data: { attempt } });
const setQuota = (bytes: number | null): SetQuota => ({ type: 'SetQuota', data: { owner, bytes, setBy: owner } });

const account = given(storageAccountDecider);
const fold = (...events: readonly StorageAccountEvent[]) =>
  events.reduce(storageAccountDecider.evolve, storageAccountDecider.initial);

describe('setting space aside for an upload', () => {
  it('sets aside what is preferred while there is room', () => {
    account().when(reserve(100, 400)).then(spaceReserved(400));
  });

  it('sets aside what is left when that is less than preferred, but enough', () => {
    account(fileCounted(second)).when(reserve(100, 800)).then(spaceReserved(400));
  });

  it('replaces a smaller reservation of the same attempt', () => {
    account(spaceReserved(400)).when(reserve(900)).then(spaceReserved(900));
  });

  it('takes over the reservation of another attempt in one step, and refuses without ending it', () => {
    const reserveInstead = (neededBytes: number): ReserveSpace => {
      const { data, type } = reserve(neededBytes, neededBytes, second);
      return { type, data: { ...data, replaces: first } };
    };
    account(spaceReserved(800)).when(reserveInstead(900)).then(spaceReleased(first), spaceReserved(900, second));
    account(spaceReserved(800)).when(reserveInstead(1_001)).thenRejected('quota-exceeded');
    account(spaceReserved(800), spaceReleased(first)).when(reserveInstead(900)).then(spaceReserved(900, second));
    account(spaceReserved(800), spaceReleased(first), spaceReserved(900, second))
      .when(reserveInstead(900))
      .thenNothing();
  });

  it('changes nothing when enough is set aside', () => {
    account(spaceReserved(400)).when(reserve(400)).thenNothing();
  });

  it('fills the quota exactly', () => {
    account(fileCounted(second)).when(reserve(400)).then(spaceReserved(400));
  });

  it('is rejected one byte beyond the quota, with what is used and what would fit', () => {
    account(fileCounted(second)).when(reserve(401)).thenRejected('quota-exceeded');
    const decision = storageAccountDecider.decide(reserve(401), fold(fileCounted(second)));
    expect(decision).to.have.property('details').that.deep.equals({ used: 600, limit: 1_000, wouldFit: 400 });
  });

  it('counts the reservations of other uploads against the quota', () => {
    account(spaceReserved(700, second)).when(reserve(301)).thenRejected('quota-exceeded');
  });

  it('holds against the quota of the user instead of the quota of their roles', () => {
    account(quotaSet(50)).when(reserve(51)).thenRejected('quota-exceeded');
    account(quotaSet(5_000)).when(reserve(2_000)).then(spaceReserved(2_000));
    account(quotaSet(50), quotaSet(null)).when(reserve(1_000)).then(spaceReserved(1_000));
  });

  it('is rejected with 0 bytes that would fit when more is stored than a lowered quota', () => {
    const decision = storageAccountDecider.decide(reserve(1), fold(fileCounted(second), quotaSet(10)));
    expect(decision).to.have.property('details').that.deep.equals({ used: 600, limit: 10, wouldFit: 0 });
  });
});

describe('counting a stored file', () => {
  it('puts the exact size in the place of the reservation', () => {
    account(spaceReserved(900)).when(count()).then(fileCounted(first));
    expect(fold(spaceReserved(900), fileCounted(first))).to.include({ reservedBytes: 0, usedBytes: 600, fileCount: 1 });
  });

  it('changes nothing the second time', () => {
    account(fileCounted(first)).when(count()).thenNothing();
  });

  it('refers to content that the owner has stored before, and takes no more space', () => {
    account(fileCounted(first)).when(count(second)).then(fileCounted(second, first));
    expect(fold(fileCounted(first), fileCounted(second, first))).to.include({
      usedBytes: 600,
      fileBytes: 1_200,
      fileCount: 2,
    });
  });
});

describe('releasing space', () => {
  it('ends a reservation', () => {
    account(spaceReserved(900)).when(release()).then(spaceReleased(first));
    expect(fold(spaceReserved(900), spaceReleased(first)).reservedBytes).to.equal(0);
  });

  it('uncounts a file', () => {
    account(fileCounted(first)).when(release()).then(fileUncounted(first));
    expect(fold(fileCounted(first), fileUncounted(first))).to.deep.equal(fold());
  });

  it('changes nothing the second time, and for an unknown attempt', () => {
    account(fileCounted(first), fileUncounted(first)).when(release()).thenNothing();
    account().when(release()).thenNothing();
  });

  it('keeps content that another file has, until the last one is gone', () => {
    const events = [fileCounted(first), fileCounted(second, first)];
    expect(isReferenced(fold(...events, fileUncounted(first)), first)).to.equal(true);
    expect(fold(...events, fileUncounted(first))).to.include({ usedBytes: 600, fileCount: 1 });
    expect(isReferenced(fold(...events, fileUncounted(first), fileUncounted(second)), first)).to.equal(false);
  });

  it('does not refer to content again that the last file has left', () => {
    account(fileCounted(first), fileUncounted(first)).when(count(second)).then(fileCounted(second));
  });
});

describe('setting a quota', () => {
  it('is recorded once', () => {
    account().when(setQuota(5)).then(quotaSet(5));
    account(quotaSet(5)).when(setQuota(5)).thenNothing();
  });

  it('ends with no bytes', () => {
    account(quotaSet(5)).when(setQuota(null)).then(quotaSet(null));
  });
});
