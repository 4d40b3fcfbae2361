import { systemClock, type Clock } from '@lego-moc/application/clock';
import { msBetween } from '@lego-moc/kernel/instant';
import { newId } from '@lego-moc/application/new-id';
import type { Instant } from '@lego-moc/kernel/message';
import {
  CLAIM_TIMEOUT_MS,
  RETENTION_MS,
  type IdempotencyStore,
  type StoredReply,
  type KeyOwner,
} from './idempotency-store.ts';

type Entry = {
  readonly fingerprint: string;
  readonly claimId: string;
  readonly claimedAt: Instant;
  readonly reply?: string;
};

/** The twin of the PostgreSQL store, for tests and single-process tools. */
export const inMemoryIdempotencyStore = (now: Clock = systemClock): IdempotencyStore => {
  const entries = new Map<string, Entry>();
  const nameOf = ({ actor, key }: KeyOwner): string => JSON.stringify([actor, key]);

  const current = (name: string): Entry | undefined => {
    const entry = entries.get(name);
    if (entry === undefined) return undefined;
    const age = msBetween(entry.claimedAt, now());
    return age < (entry.reply === undefined ? CLAIM_TIMEOUT_MS : RETENTION_MS) ? entry : undefined;
  };

  return {
    claim: (owner, fingerprint) => {
      const name = nameOf(owner);
      const entry = current(name);
      if (entry === undefined) {
        const claimId = newId();
        entries.set(name, { fingerprint, claimId, claimedAt: now() });
        return Promise.resolve({ outcome: 'claimed', claimId });
      }
      if (entry.fingerprint !== fingerprint) return Promise.resolve({ outcome: 'other-request' });
      if (entry.reply === undefined) return Promise.resolve({ outcome: 'in-flight' });
      return Promise.resolve({ outcome: 'answered', reply: JSON.parse(entry.reply) as StoredReply });
    },
    complete: (owner, claimId, reply) => {
      const entry = entries.get(nameOf(owner));
      if (entry?.claimId === claimId) entries.set(nameOf(owner), { ...entry, reply: JSON.stringify(reply) });
      return Promise.resolve();
    },
    release: (owner, claimId) => {
      const entry = entries.get(nameOf(owner));
      if (entry?.claimId === claimId && entry.reply === undefined) entries.delete(nameOf(owner));
      return Promise.resolve();
    },
  };
};
