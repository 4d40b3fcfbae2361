import { expect } from 'chai';
import { after as later } from '@lego-moc/kernel/instant';
import type { Instant } from '@lego-moc/kernel/message';
import { CLAIM_TIMEOUT_MS, RETENTION_MS } from './idempotency-store.ts';
import { idempotencyStoreContract } from './idempotency-store.contract.ts';
import { inMemoryIdempotencyStore } from './in-memory-idempotency-store.ts';

idempotencyStoreContract('in memory', () => Promise.resolve(inMemoryIdempotencyStore()));

describe('expiring stored answers', () => {
  const noon = '2026-01-01T12:00:00.000Z' as Instant;
  const owner = { actor: 'ada', key: 'k' };

  it('removes an answer after a day', async () => {
    let now = noon;
    const store = inMemoryIdempotencyStore(() => now);
    const claim = await store.claim(owner, 'asked');
    if (claim.outcome === 'claimed') await store.complete(owner, claim.claimId, { status: 204 });

    now = later(noon, RETENTION_MS - 1);
    expect((await store.claim(owner, 'asked')).outcome).to.equal('answered');
    now = later(noon, RETENTION_MS);
    expect((await store.claim(owner, 'asked')).outcome).to.equal('claimed');
  });

  it('frees a claim whose holder died', async () => {
    let now = noon;
    const store = inMemoryIdempotencyStore(() => now);
    await store.claim(owner, 'asked');

    now = later(noon, CLAIM_TIMEOUT_MS);
    expect((await store.claim(owner, 'asked')).outcome).to.equal('claimed');
  });
});
