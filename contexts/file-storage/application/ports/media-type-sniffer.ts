/**
 * Tells what content is from how it begins (`HEAD_BYTES`, less when it is shorter). The name decides only between kinds
 * of plain text. `application/octet-stream` when it is nothing known. Never throws.
 */
export type MediaTypeSniffer = (head: Uint8Array, name: string) => Promise<string>;
