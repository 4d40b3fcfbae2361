import { open } from 'node:fs/promises';

/** The least that a durable store can do: append bytes to a file and flush once for all that wait. */
export type SyncLog = { readonly append: (bytes: Uint8Array) => Promise<void>; readonly close: () => Promise<void> };

export const openSyncLog = async (path: string): Promise<SyncLog> => {
  const file = await open(path, 'a');
  let waiters: { readonly bytes: Uint8Array; readonly resolve: () => void; readonly reject: (e: unknown) => void }[] =
    [];
  let isFlushing = false;

  const flush = async (): Promise<void> => {
    isFlushing = true;
    while (waiters.length > 0) {
      const group = waiters;
      waiters = [];
      try {
        await file.write(Buffer.concat(group.map(({ bytes }) => bytes)));
        await file.datasync();
        for (const { resolve } of group) resolve();
      } catch (failure) {
        for (const { reject } of group) reject(failure);
      }
    }
    isFlushing = false;
  };

  return {
    append: (bytes) =>
      new Promise((resolve, reject) => {
        waiters.push({ bytes, resolve, reject });
        if (!isFlushing) setImmediate(() => void (isFlushing ? undefined : flush()));
      }),
    close: () => file.close(),
  };
};
