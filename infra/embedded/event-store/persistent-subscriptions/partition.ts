import type { ResolvedEvent, StoredEvent } from '../storage/event-log.ts';
import { BUCKETS } from './group/pinned.ts';

const LINK_TARGET = /^\d+@(.+)$/s;

/** The stream an event comes from; of a link that leads nowhere, the stream that it names. */
const sourceStreamOf = ({ type, stream, data }: StoredEvent): string =>
  (type === '$>' ? LINK_TARGET.exec(Buffer.from(data).toString('utf8'))?.[1] : undefined) ?? stream;

const correlationOf = ({ metadata }: StoredEvent): string | undefined => {
  if (metadata.length === 0) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(metadata).toString('utf8'));
    if (typeof value !== 'object' || value === null || !('$correlationId' in value)) return undefined;
    return typeof value.$correlationId === 'string' ? value.$correlationId : undefined;
  } catch {
    return undefined;
  }
};

/** FNV-1a: short names spread well over the buckets, which is all that is asked of it. */
const hash = (text: string): number => {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
};

/** Which events stay together: those of one stream, or of one correlation. */
export const bucketOf = ({ event, link }: ResolvedEvent, strategy: 'Pinned' | 'PinnedByCorrelation'): number => {
  const source = event ?? link;
  if (source === undefined) return 0;
  const correlation = strategy === 'PinnedByCorrelation' ? correlationOf(source) : undefined;
  return hash(correlation ?? sourceStreamOf(source)) % BUCKETS;
};
