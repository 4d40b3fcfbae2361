import { expect } from 'chai';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { given } from '@lego-moc/testing/given';
import { priceOwnerDecider, refusalOf } from './price-owner.ts';

const [owner, at] = ['ada' as UserId, '2026-01-01T08:00:00.000Z' as Instant];
const erase = { type: 'ErasePriceOwner' as const, data: { owner, at } };
const ownerErased = { type: 'PriceOwnerErased' as const, data: { owner, erasedAt: at } };
const ownership = given(priceOwnerDecider);

describe('the erasure of an owner of prices', () => {
  it('is recorded once', () => {
    ownership().when(erase).then(ownerErased);
    ownership(ownerErased).when(erase).thenNothing();
  });

  it('refuses what they ask for afterwards, and nothing before', () => {
    expect(refusalOf(priceOwnerDecider.initial)).to.equal(undefined);
    expect(refusalOf(priceOwnerDecider.evolve(priceOwnerDecider.initial, ownerErased))).to.include({
      rejected: 'user-erased',
    });
  });
});
