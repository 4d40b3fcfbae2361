import { CAPABILITIES, type Capability } from '@lego-moc/migration/contracts/capabilities';

/** A part of the monolith whose routes are on one side together. */
export type Area = {
  readonly name: string;
  /** Public paths, and all below them, in the monolith's own form. */
  readonly prefixes: readonly string[];
  /** Where a service answers in the monolith's contract, for users that have moved. */
  readonly platform?: { readonly service: string; readonly target: string };
  /** Paths that the monolith keeps, whoever has moved: files that it stores. */
  readonly kept?: readonly string[];
};

/** The monolith's areas. One without `platform` cannot move yet. */
export const AREAS: readonly Area[] = [
  {
    name: 'wishlist',
    prefixes: ['/api/wishlist'],
    platform: { service: 'wishlist', target: '/legacy/wishlist' },
    kept: ['/api/wishlist/upload-image', '/api/wishlist/image'],
  },
  { name: 'profile', prefixes: ['/api/users'] },
  { name: 'gallery', prefixes: ['/api/images', '/api/albums', '/api/gallery', '/api/flag'] },
  { name: 'mocs', prefixes: ['/api/mocs'] },
  { name: 'parts-lists', prefixes: ['/api/moc-instructions', '/api/user/parts-lists'] },
];

export const AREA_NAMES: readonly string[] = AREAS.map(({ name }) => name);

/** The capability of an area that moves; `undefined` for one that the monolith keeps. */
export const capabilityOf = ({ name, platform }: Area): Capability | undefined =>
  platform === undefined ? undefined : CAPABILITIES.find((capability) => capability === name);
