import { text } from 'node:stream/consumers';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { ContentKey, FileId } from '../domain/file-events.ts';
import type { ContentStore } from './ports/content-store.ts';

const OFFER_PREFIX = 'offered/';
const INCOMING_PREFIX = 'incoming/';

const markerOf = (fileId: FileId | string): ContentKey => `${OFFER_PREFIX}${fileId}` as ContentKey;

/** Where the content of a direct upload arrives. Only its form leads there. */
export const incomingKey = (fileId: FileId): ContentKey => `${INCOMING_PREFIX}${fileId}` as ContentKey;

/** The attempt under which space is set aside for a direct upload until its content is checked. */
export const offerAttempt = (fileId: FileId): ContentKey => `${fileId}/offer` as ContentKey;

/** The file that a marker or an incoming object belongs to. */
export const offeredFileOf = (key: string): string | undefined =>
  [OFFER_PREFIX, INCOMING_PREFIX].flatMap((prefix) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : []))[0];

/** Whether there is a marker of an open offer among the objects. */
export const isOfferOpen = (objects: ReadonlySet<string>, fileId: string | undefined): boolean =>
  fileId !== undefined && objects.has(markerOf(fileId));

export type OpenOffer = { readonly fileId: FileId; readonly since: Instant };

/**
 * A marker for each open offer, as a small object under `offered/` that names the owner. It is durable before space is
 * set aside, and goes last, so that the sweep finds whatever an offer leaves behind.
 */
export interface Offers {
  mark(fileId: FileId, owner: UserId): Promise<void>;
  unmark(fileId: FileId): Promise<void>;
  list(): AsyncIterable<OpenOffer>;
  ownerOf(fileId: FileId): Promise<UserId | undefined>;
}

// eslint-disable-next-line @typescript-eslint/require-await -- an async iterable of one chunk
async function* markerFor(owner: UserId): AsyncGenerator<Uint8Array> {
  yield Buffer.from(owner, 'utf8');
}

export const offersIn = (contents: Pick<ContentStore, 'put' | 'get' | 'delete' | 'list'>): Offers => ({
  mark: (fileId, owner) => contents.put(markerOf(fileId), markerFor(owner)),
  unmark: (fileId) => contents.delete(markerOf(fileId)),
  list: async function* () {
    for await (const { key, modifiedAt } of contents.list(OFFER_PREFIX))
      yield { fileId: key.slice(OFFER_PREFIX.length) as FileId, since: modifiedAt };
  },
  ownerOf: async (fileId) => {
    const content = await contents.get(markerOf(fileId));
    return content === undefined ? undefined : ((await text(content)) as UserId);
  },
});
