import { lookup as systemLookup } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { isPublicAddress } from './public-addresses.ts';
import type { Targets } from './url-refusal.ts';

/** All addresses of a host name; none when it has none. */
export type ResolveHost = (host: string) => Promise<readonly string[]>;

type LookupFailure = 'host-unknown' | 'address-refused';

/** A host that no message may be sent to; `code` says why, by a short name. */
export class LookupRefused extends Error {
  readonly code: LookupFailure;

  constructor(code: LookupFailure) {
    super(code === 'host-unknown' ? 'The host has no address' : 'An address of the host is not a public one');
    this.name = 'LookupRefused';
    this.code = code;
  }
}

/** More servers than anybody needs to be tried. */
const ADDRESSES_MAX = 8;

/**
 * Asks the name servers themselves: files of this machine name no receivers, and the system's resolver would keep the few
 * threads of the process waiting for a slow name server.
 */
const resolveHost: ResolveHost = async (host) => {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
  return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
};

/**
 * A lookup for `net.connect` that returns the very addresses that it has checked: the connection goes to one of them, and
 * what the name resolves to at another time does not matter. One address that is not public refuses the host.
 */
export const checkedLookup =
  (resolve: ResolveHost, isAllowed: (address: string) => boolean = isPublicAddress): LookupFunction =>
  (host, { all }, callback) => {
    const check = async (): Promise<void> => {
      const addresses = await resolve(host);
      const [first] = addresses;
      if (first === undefined) throw new LookupRefused('host-unknown');
      if (!addresses.every(isAllowed)) throw new LookupRefused('address-refused');
      const records = addresses.slice(0, ADDRESSES_MAX).map((address) => ({ address, family: isIP(address) }));
      if (all === true) callback(null, records);
      else callback(null, first, isIP(first));
    };
    check().catch((error: unknown) => callback(error as NodeJS.ErrnoException, []));
  };

export const lookupFor = (targets: Targets): LookupFunction =>
  targets === 'any' ? systemLookup : checkedLookup(resolveHost);
