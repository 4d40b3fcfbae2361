const isCanonical = (part: string): boolean => Buffer.from(part, 'base64url').toString('base64url') === part;

/**
 * Whether each part of a compact token is the one spelling of its bytes. The last character of a base64url text may have
 * bits that mean nothing: a token must not pass in several spellings, of which a revocation or a log knows one.
 */
export const isCanonicalToken = (token: string): boolean => token.split('.', 4).every(isCanonical);
