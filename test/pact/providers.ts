import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { wishlistExpectations, type Expectation } from './gateway-wishlist.ts';

export type Provider = { readonly provider: string; readonly expectations: readonly Expectation[] };

/** The services that the gateway has a contract with. */
export const PROVIDERS: readonly Provider[] = [{ provider: 'wishlist', expectations: wishlistExpectations }];

/** Where a contract is kept: with what its provider promises. */
export const pactPath = (provider: string): string =>
  join(import.meta.dirname, `../../contexts/${provider}/contracts/pacts/gateway-${provider}.json`);

export const pactFile = {
  read: (provider: string): string => readFileSync(pactPath(provider), 'utf8'),
  write: (provider: string, json: string): void => writeFileSync(pactPath(provider), `${json.trimEnd()}\n`),
};
