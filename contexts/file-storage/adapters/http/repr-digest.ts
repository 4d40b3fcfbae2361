/** The digest of a whole content, of which a reply may hold a part only (RFC 9530). `sha256` is in hexadecimal digits. */
export const reprDigest = (sha256: string): { readonly 'repr-digest': string } => ({
  'repr-digest': `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`,
});
