import { hash } from 'node:crypto';

/** Namespace of every derived id; random, and never to be changed. */
const NAMESPACE = Buffer.from('6f1d3c0a5b7e4d6f9a2c8e4b1f0d7a53', 'hex');

/** The digit with its upper two bits replaced by those of the variant (RFC 9562 section 4.1). */
const variant = (digit: string): string => '89ab'.charAt(Number.parseInt(digit, 16) % 4);

/**
 * The one UUID that belongs to these parts (version 5, RFC 9562 section 5.5). Asking twice gives the same id,
 * which is what makes a repeated append, publication or request harmless. Parts are joined unambiguously.
 */
export const derivedId = (...parts: readonly string[]): string => {
  const hex = hash('sha1', Buffer.concat([NAMESPACE, Buffer.from(JSON.stringify(parts))]));
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant(hex.charAt(16))}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};
