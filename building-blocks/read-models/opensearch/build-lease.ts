import { randomUUID } from 'node:crypto';
import { isConflict, mapOpenSearchErrors, orUndefined } from '@lego-moc/opensearch/errors';
import { RebuildRunning } from '../read-model-store.ts';
import type { Place } from './generations.ts';

/** The exclusive right to build one read model. */
export type BuildLease = {
  /** Throws `RebuildRunning` when another process has the lease by now. */
  readonly renew: () => Promise<void>;
  readonly release: () => Promise<void>;
};

type Entry = { readonly holder: string; readonly until: number };
type Version = { readonly if_seq_no: number; readonly if_primary_term: number };

/** A holder that has not renewed it for so long has died. */
const LEASE_MS = 30_000;
const RENEW_EVERY_MS = 5_000;

const indexOf = ({ prefix }: Place): string => `${prefix}-builds`;

const ensureIndex = async (place: Place): Promise<void> => {
  const body = {
    settings: { number_of_shards: 1, auto_expand_replicas: '0-1' },
    mappings: {
      dynamic: 'strict' as const,
      properties: { holder: { type: 'keyword' as const }, until: { type: 'long' as const } },
    },
  };
  try {
    await mapOpenSearchErrors(place.client.indices.create({ index: indexOf(place), body }));
  } catch (error) {
    if (!isConflict(error)) throw error;
  }
};

const read = async (place: Place, name: string): Promise<(Entry & { readonly version: Version }) | undefined> => {
  const reply = await orUndefined(place.client.get({ index: indexOf(place), id: name }));
  if (reply === undefined) return undefined;
  const { _seq_no = 0, _primary_term = 0 } = reply.body;
  return { ...(reply.body._source as Entry), version: { if_seq_no: _seq_no, if_primary_term: _primary_term } };
};

/** Whether a process builds `name` at the moment. */
export const isBeingBuilt = async (place: Place, name: string): Promise<boolean> =>
  ((await read(place, name))?.until ?? 0) > Date.now();

/** Throws `RebuildRunning` when another process has it. */
export const acquireBuildLease = async (place: Place, name: string): Promise<BuildLease> => {
  const holder = randomUUID();
  const index = indexOf(place);

  /** Writes the entry unless another process did since `version`. */
  const put = async (until: number, version: Version | undefined): Promise<Version> => {
    const condition = version ?? { op_type: 'create' as const };
    try {
      const { body } = await mapOpenSearchErrors(
        place.client.index({ index, id: name, body: { holder, until }, ...condition }),
      );
      return { if_seq_no: body._seq_no, if_primary_term: body._primary_term };
    } catch (error) {
      if (isConflict(error)) throw new RebuildRunning(name);
      throw error;
    }
  };

  await ensureIndex(place);
  const entry = await read(place, name);
  if (entry !== undefined && entry.until > Date.now()) throw new RebuildRunning(name);
  let version = await put(Date.now() + LEASE_MS, entry?.version);

  let renewing = Promise.resolve();
  const renew = (): Promise<void> => {
    const next = renewing.then(async () => {
      version = await put(Date.now() + LEASE_MS, version);
    });
    renewing = next.catch(() => undefined);
    return next;
  };
  const timer = setInterval(() => void renew().catch(() => undefined), RENEW_EVERY_MS);
  timer.unref();
  return {
    renew,
    release: async () => {
      clearInterval(timer);
      await renewing;
      await put(0, version);
    },
  };
};
