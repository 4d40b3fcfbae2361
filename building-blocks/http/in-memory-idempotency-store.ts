import { systemClock, type Clock } from '@lego-moc/application/clock';
import { msBetween } from '@lego-moc/kernel/instant';
import { newId } from '@lego-moc/application/new-id';
import type { Instant } from '@lego-moc/kernel/message';
import {
  CLAIM_TIMEOUT_MS,
  RETENTION_MS,
  type Claim,
  type IdempotencyStore,
  type StoredReply,
  type KeyOwner,
} from './idempotency-store.ts';

type Entry = {
  readonly fingerprint: string;
  readonly claimId: string;
  readonly commandId: string;
  readonly isReleased?: boolean;
  readonly claimedAt: Instant;
  readonly reply?: string;
};

/** The in-memory adapter, for tests and single-process tools. */
export const inMemoryIdempotencyStore = (now: Clock = systemClock): IdempotencyStore => {
  const entries = new Map<string, Entry>();
  const nameOf = ({ actor, key }: KeyOwner): string => JSON.stringify([actor, key]);

  const isFree = ({ claimedAt, reply, isReleased = false }: Entry): boolean => {
    const age = msBetween(claimedAt, now());
    return isReleased || age >= (reply === undefined ? CLAIM_TIMEOUT_MS : RETENTION_MS);
  };

  const claimAnew = (name: string, fingerprint: string, before: Entry | undefined): Claim => {
    const claimId = newId();
    const isSame = before?.fingerprint === fingerprint && before.reply === undefined;
    const commandId = isSame ? before.commandId : claimId;
    entries.set(name, { fingerprint, claimId, commandId, claimedAt: now() });
    return { outcome: 'claimed', claimId, commandId };
  };

  const claim = (owner: KeyOwner, fingerprint: string): Claim => {
    const name = nameOf(owner);
    const entry = entries.get(name);
    if (entry === undefined || isFree(entry)) return claimAnew(name, fingerprint, entry);
    if (entry.fingerprint !== fingerprint) return { outcome: 'other-request' };
    if (entry.reply === undefined) return { outcome: 'in-flight' };
    return { outcome: 'answered', reply: JSON.parse(entry.reply) as StoredReply };
  };

  return {
    claim: (owner, fingerprint) => Promise.resolve(claim(owner, fingerprint)),
    complete: (owner, claimId, reply) => {
      const entry = entries.get(nameOf(owner));
      if (entry?.claimId === claimId) entries.set(nameOf(owner), { ...entry, reply: JSON.stringify(reply) });
      return Promise.resolve();
    },
    renew: (claimIds) => {
      for (const [name, entry] of entries)
        if (claimIds.includes(entry.claimId)) entries.set(name, { ...entry, claimedAt: now() });
      return Promise.resolve();
    },
    release: (owner, claimId) => {
      const entry = entries.get(nameOf(owner));
      if (entry?.claimId === claimId && entry.reply === undefined)
        entries.set(nameOf(owner), { ...entry, isReleased: true });
      return Promise.resolve();
    },
  };
};
