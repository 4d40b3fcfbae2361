import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Contract } from './expectation.ts';
import { profileContract } from './gateway-profile.ts';
import { wishlistContract } from './gateway-wishlist.ts';

/** The services that the gateway has a contract with. */
export const CONTRACTS: readonly Contract[] = [wishlistContract, profileContract];

/** The file of a contract. */
export const pactPath = (provider: string): string =>
  join(import.meta.dirname, `../../contexts/${provider}/contracts/pacts/gateway-${provider}.json`);

export const pactFile = {
  read: (provider: string): string => readFileSync(pactPath(provider), 'utf8'),
  write: (provider: string, json: string): void => {
    mkdirSync(dirname(pactPath(provider)), { recursive: true });
    writeFileSync(pactPath(provider), `${json.trimEnd()}\n`);
  },
};
