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
const one = 'file-1/aa' as ContentKey;
const other = 'file-2/bb' as ContentKey;

const reserved = (bytes: number, attempt = one): SpaceReserved => ({
  type: 'SpaceReserved',
  data: { owner, attempt, bytes },
});
const counted = (attempt: ContentKey, contentKey = attempt): FileCounted => ({
  type: 'FileCounted',
  data: { owner, attempt, fileId: attempt.slice(0, 6) as FileId, sha256: 'a1', size: 600, contentKey },
});
const uncounted = (attempt: ContentKey): StorageAccountEvent => ({ type: 'FileUncounted', data: { attempt } });
const released = (attempt: ContentKey): StorageAccountEvent => ({ type: 'ReservationReleased', data: { attempt } });
const quotaSet = (bytes: number | null): QuotaSet => ({ type: 'QuotaSet', data: { owner, bytes, setBy: owner } });

const reserve = (needed: number, preferred = needed, attempt = one): ReserveSpace => ({
  type: 'ReserveSpace',
  data: { owner, attempt, needed, preferred, limit: 1_000 },
});
const count = (attempt = one): CountFile => ({
  type: 'CountFile',
  data: { owner, attempt, fileId: attempt.slice(0, 6) as FileId, sha256: 'a1', size: 600 },
});
const release = (attempt = one): ReleaseSpace => ({ type: 'ReleaseSpace', data: { attempt } });
const setQuota = (bytes: number | null): SetQuota => ({ type: 'SetQuota', data: { owner, bytes, setBy: owner } });

const account = given(storageAccountDecider);
const folded = (...events: readonly StorageAccountEvent[]) =>
  events.reduce(storageAccountDecider.evolve, storageAccountDecider.initial);

describe('setting space aside for an upload', () => {
  it('sets aside what is preferred while there is room', () => {
    account().when(reserve(100, 400)).then(reserved(400));
  });

  it('sets aside what is left when that is less than preferred, but enough', () => {
    account(counted(other)).when(reserve(100, 800)).then(reserved(400));
  });

  it('replaces a smaller reservation of the same attempt', () => {
    account(reserved(400)).when(reserve(900)).then(reserved(900));
  });

  it('takes over the reservation of another attempt in one step, and refuses without ending it', () => {
    const replacing = (needed: number): ReserveSpace => {
      const { data, type } = reserve(needed, needed, other);
      return { type, data: { ...data, replaces: one } };
    };
    account(reserved(800)).when(replacing(900)).then(released(one), reserved(900, other));
    account(reserved(800)).when(replacing(1_001)).thenRejected('quota-exceeded');
    account(reserved(800), released(one)).when(replacing(900)).then(reserved(900, other));
    account(reserved(800), released(one), reserved(900, other)).when(replacing(900)).thenNothing();
  });

  it('changes nothing when enough is set aside', () => {
    account(reserved(400)).when(reserve(400)).thenNothing();
  });

  it('fills the quota exactly', () => {
    account(counted(other)).when(reserve(400)).then(reserved(400));
  });

  it('is rejected one byte beyond the quota, with what is used and what would fit', () => {
    account(counted(other)).when(reserve(401)).thenRejected('quota-exceeded');
    const decision = storageAccountDecider.decide(reserve(401), folded(counted(other)));
    expect(decision).to.have.property('details').that.deep.equals({ used: 600, limit: 1_000, wouldFit: 400 });
  });

  it('counts the reservations of other uploads against the quota', () => {
    account(reserved(700, other)).when(reserve(301)).thenRejected('quota-exceeded');
  });

  it('holds against the quota of the user instead of the quota of their roles', () => {
    account(quotaSet(50)).when(reserve(51)).thenRejected('quota-exceeded');
    account(quotaSet(5_000)).when(reserve(2_000)).then(reserved(2_000));
    account(quotaSet(50), quotaSet(null)).when(reserve(1_000)).then(reserved(1_000));
  });

  it('is rejected with 0 bytes that would fit when more is stored than a lowered quota', () => {
    const decision = storageAccountDecider.decide(reserve(1), folded(counted(other), quotaSet(10)));
    expect(decision).to.have.property('details').that.deep.equals({ used: 600, limit: 10, wouldFit: 0 });
  });
});

describe('counting a stored file', () => {
  it('puts the exact size in the place of the reservation', () => {
    account(reserved(900)).when(count()).then(counted(one));
    expect(folded(reserved(900), counted(one))).to.include({ reservedBytes: 0, usedBytes: 600, fileCount: 1 });
  });

  it('changes nothing the second time', () => {
    account(counted(one)).when(count()).thenNothing();
  });

  it('refers to content that the owner has stored before, and takes no more space', () => {
    account(counted(one)).when(count(other)).then(counted(other, one));
    expect(folded(counted(one), counted(other, one))).to.include({ usedBytes: 600, fileBytes: 1_200, fileCount: 2 });
  });
});

describe('releasing space', () => {
  it('ends a reservation', () => {
    account(reserved(900))
      .when(release())
      .then({ type: 'ReservationReleased', data: { attempt: one } });
    expect(folded(reserved(900), { type: 'ReservationReleased', data: { attempt: one } }).reservedBytes).to.equal(0);
  });

  it('uncounts a file', () => {
    account(counted(one)).when(release()).then(uncounted(one));
    expect(folded(counted(one), uncounted(one))).to.deep.equal(folded());
  });

  it('changes nothing the second time, and for an unknown attempt', () => {
    account(counted(one), uncounted(one)).when(release()).thenNothing();
    account().when(release()).thenNothing();
  });

  it('keeps content that another file has, until the last one is gone', () => {
    const shared = [counted(one), counted(other, one)];
    expect(isReferenced(folded(...shared, uncounted(one)), one)).to.equal(true);
    expect(folded(...shared, uncounted(one))).to.include({ usedBytes: 600, fileCount: 1 });
    expect(isReferenced(folded(...shared, uncounted(one), uncounted(other)), one)).to.equal(false);
  });

  it('does not refer to content again that the last file has left', () => {
    account(counted(one), uncounted(one)).when(count(other)).then(counted(other));
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
