import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Instant } from '@lego-moc/kernel/message';
import type { ObjectStore } from '../object-store.ts';

/** An object store in memory that records every request, and every object that a listing returns. */
export type MemoryObjectStore = ObjectStore & {
  readonly requests: string[];
  /** Stores an empty object without a request. */
  readonly insert: (key: string) => void;
};

export const memoryObjectStore = (now = () => '2026-01-01T12:00:00.000Z' as Instant): MemoryObjectStore => {
  type StoredObject = { readonly content: Buffer; readonly modifiedAt: Instant };
  /** By first segment, so that 100,000 other objects cost the test nothing either. */
  const folders = new Map<string, Map<string, StoredObject>>();
  const requests: string[] = [];
  const folderOf = (key: string): string => key.split('/', 1)[0] ?? '';
  const write = (key: string, content: Buffer): void => {
    const objects = folders.get(folderOf(key)) ?? new Map<string, StoredObject>();
    folders.set(folderOf(key), objects.set(key, { content, modifiedAt: now() }));
  };
  const find = (key: string): StoredObject | undefined => folders.get(folderOf(key))?.get(key);
  const under = (prefix: string): (readonly [string, StoredObject])[] =>
    prefix.includes('/')
      ? [...(folders.get(folderOf(prefix)) ?? [])]
      : [...folders.values()].flatMap((objects) => [...objects]);

  return {
    requests,
    insert: (key) => write(key, Buffer.alloc(0)),
    put: async (key, content) => {
      requests.push(`put ${key}`);
      write(key, await buffer(Readable.from(content)));
    },
    get: (key) => {
      requests.push(`get ${key}`);
      const object = find(key);
      return Promise.resolve(object && Readable.from([object.content]));
    },
    head: (key) => {
      requests.push(`head ${key}`);
      const object = find(key);
      return Promise.resolve(object && { key, size: object.content.length, modifiedAt: object.modifiedAt });
    },
    delete: (key) => {
      requests.push(`delete ${key}`);
      folders.get(folderOf(key))?.delete(key);
      return Promise.resolve();
    },
    list: async function* (prefix) {
      requests.push(`list ${prefix}`);
      for (const [key, { content, modifiedAt }] of under(prefix)) {
        if (!key.startsWith(prefix)) continue;
        requests.push(`listed ${key}`);
        yield await Promise.resolve({ key, size: content.length, modifiedAt });
      }
    },
    signedUrl: () => Promise.reject(new Error('A store in memory has no URLs')),
    uploadForm: () => Promise.reject(new Error('A store in memory has no forms')),
    removeUnfinished: () => {
      requests.push('removeUnfinished');
      return Promise.resolve(0);
    },
  };
};
