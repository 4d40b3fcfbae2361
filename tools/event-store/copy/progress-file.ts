import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';

const schema = z.object({
  /** Commit position in the source: everything up to it is in the target. */
  position: z.string().optional(),
  copied: z.int(),
  withoutTime: z.int(),
  /** The number of events that the source no longer has, by stream: each is a placeholder before the first copy. */
  gaps: z.record(z.string(), z.int()),
  /** The newest metadata of each stream, and streams that end with a tombstone. */
  metadata: z.record(z.string(), z.unknown()),
  tombstones: z.array(z.string()),
});

/** The progress of a copy: enough to continue after the process was killed at any point. */
export type Progress = {
  position: bigint | undefined;
  copied: number;
  withoutTime: number;
  readonly gaps: Map<string, number>;
  readonly metadata: Map<string, unknown>;
  readonly tombstones: Set<string>;
};

const NOTHING: z.infer<typeof schema> = { copied: 0, withoutTime: 0, gaps: {}, metadata: {}, tombstones: [] };

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** The progress in `path`, or that of a new copy. */
export const loadProgress = async (path: string): Promise<Progress> => {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  const { position, gaps, metadata, tombstones, ...counts } =
    text === undefined ? NOTHING : schema.parse(JSON.parse(text));
  return {
    ...counts,
    position: position === undefined ? undefined : BigInt(position),
    gaps: new Map(Object.entries(gaps)),
    metadata: new Map(Object.entries(metadata)),
    tombstones: new Set(tombstones),
  };
};

/** Replaces the file as a whole, so that a kill leaves the old one or the new one. */
export const saveProgress = async (path: string, progress: Progress): Promise<void> => {
  const { position, copied, withoutTime, gaps, metadata, tombstones } = progress;
  await mkdir(dirname(path), { recursive: true });
  const value: z.infer<typeof schema> = {
    ...(position === undefined ? {} : { position: String(position) }),
    copied,
    withoutTime,
    gaps: Object.fromEntries(gaps),
    metadata: Object.fromEntries(metadata),
    tombstones: [...tombstones],
  };
  await writeFile(`${path}.new`, JSON.stringify(value), { mode: 0o600 });
  await rename(`${path}.new`, path);
};

/** Deletes the progress of a completed copy. */
export const removeProgress = (path: string): Promise<void> => rm(path, { force: true });
