import { storedFilesIn, type StorageInventory } from './audit.ts';
import { contentKeyOf, type StoredState } from '../domain/file.ts';
import type { ContentKey } from '../domain/file-events.ts';
import { measure } from './measure.ts';
import type { ContentStore } from './ports/content-store.ts';

export type ContentFindings = {
  /** Contents and renditions that were read. */
  readonly contentCount: number;
  /** The keys of those that have another SHA-256 or size than their event names. */
  readonly corrupt: readonly string[];
};

type Expectation = { readonly sha256: string; readonly size: number };

const expectationsOf = (file: StoredState): readonly (readonly [ContentKey, Expectation])[] => {
  const { image, sha256, size } = file;
  const renditions = image === undefined || image === 'failed' ? [] : image.renditions;
  return [
    [contentKeyOf(file), { sha256, size }],
    ...renditions.flatMap((rendition) =>
      rendition.sha256 === undefined
        ? []
        : [[rendition.key, { sha256: rendition.sha256, size: rendition.size }] as const],
    ),
  ];
};

/**
 * Reads every stored content, one after another and never whole in memory, and compares its SHA-256 and size with its
 * event. What is missing is a matter of the audit.
 */
export const checkContents = async (
  inventory: Pick<StorageInventory, 'files'>,
  contents: Pick<ContentStore, 'get'>,
): Promise<ContentFindings> => {
  const expectations = new Map(storedFilesIn(inventory).flatMap(expectationsOf));
  const corrupt: string[] = [];
  let contentCount = 0;
  for (const [key, { sha256, size }] of expectations) {
    const content = await contents.get(key);
    if (content === undefined) continue;
    const { stream, summary } = measure(content, Infinity);
    // eslint-disable-next-line @typescript-eslint/no-unused-vars -- the content is read for its hash only
    for await (const _ of stream);
    contentCount += 1;
    const { sha256: actualHash, size: actualSize } = summary();
    if (actualHash !== sha256 || actualSize !== size) corrupt.push(key);
  }
  return { contentCount, corrupt };
};
