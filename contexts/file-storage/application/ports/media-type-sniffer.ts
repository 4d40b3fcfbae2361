/**
 * Detects the media type of content by its beginning (`HEAD_BYTES`, less when it is shorter). The name decides only
 * between kinds of plain text. `application/octet-stream` for unknown content. Never throws.
 */
export type MediaTypeSniffer = (head: Uint8Array, name: string) => Promise<string>;
