/** What moves as one: all routes and tables of an aggregate. */
export const CAPABILITIES = ['wishlist'] as const;
export type Capability = (typeof CAPABILITIES)[number];
