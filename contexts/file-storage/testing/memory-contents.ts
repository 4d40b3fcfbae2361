import type { Instant } from '@lego-moc/kernel/message';
import type { ContentStore } from '../application/ports/content-store.ts';

/** A content store that keeps keys only, and lists every request that was made of it. */
export const memoryContents = (now = '2026-01-01T12:00:00.000Z' as Instant) => {
  /** By folder, as an object store finds a prefix without looking at the others. */
  const folders = new Map<string, Set<string>>();
  const requests: string[] = [];
  const folderOf = (key: string): string => key.slice(0, key.indexOf('/') + 1);
  const insert = (key: string): void => {
    const keys = folders.get(folderOf(key)) ?? new Set();
    folders.set(folderOf(key), keys.add(key));
  };
  const contents: ContentStore & { readonly insert: (key: string) => void } = {
    insert,
    put: (key) => {
      requests.push(`put ${key}`);
      insert(key);
      return Promise.resolve();
    },
    delete: (key) => {
      requests.push(`delete ${key}`);
      folders.get(folderOf(key))?.delete(key);
      return Promise.resolve();
    },
    list: async function* (prefix) {
      requests.push(`list ${prefix}`);
      const keys =
        prefix === '' ? [...folders.values()].flatMap((folder) => [...folder]) : folders.get(folderOf(prefix));
      for (const key of keys ?? []) {
        requests.push(`listed ${key}`);
        yield await Promise.resolve({ key, modifiedAt: now });
      }
    },
    removeUnfinished: () => {
      requests.push('removeUnfinished');
      return Promise.resolve(0);
    },
  };
  return { contents, requests };
};
