import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import type { Contract } from './expectation.ts';
import { profileContract } from './gateway-profile.ts';
import { wishlistContract } from './gateway-wishlist.ts';
import { galleryContract } from './moc-management-gallery.ts';
import { processingContract } from './moc-management-processing.ts';
import { storageContract } from './moc-management-storage.ts';

/** The contracts of the gateway with services. */
export const GATEWAY_CONTRACTS: readonly Contract[] = [wishlistContract, profileContract];

/** All contracts that services have to keep. */
export const CONTRACTS: readonly Contract[] = [
  ...GATEWAY_CONTRACTS,
  galleryContract,
  storageContract,
  processingContract,
];

type Parties = Pick<Contract, 'consumer' | 'provider'>;

export const pactName = ({ consumer, provider }: Parties): string => `${consumer}-${provider}.json`;

/** The file of a contract; `NAME-events` is what the context NAME publishes. */
export const pactPath = (parties: Parties): string =>
  join(
    import.meta.dirname,
    `../../contexts/${parties.provider.replace(/-events$/, '')}/contracts/pacts`,
    pactName(parties),
  );

const withoutVersions = (json: string): unknown => {
  const pact = JSON.parse(json) as { metadata?: unknown };
  delete pact.metadata;
  return pact;
};

/** Expects what was written into `dir` to be the contract on record; with `PACT_RECORD=1` it becomes that first. */
export const expectOnRecord = (parties: Parties, dir: string): void => {
  const content = readFileSync(join(dir, pactName(parties)), 'utf8');
  const path = pactPath(parties);
  if (process.env['PACT_RECORD'] === '1') {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${content.trimEnd()}\n`);
  }
  expect(withoutVersions(content)).to.deep.equal(withoutVersions(readFileSync(path, 'utf8')));
};
