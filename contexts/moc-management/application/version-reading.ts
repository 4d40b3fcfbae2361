import type { Cause } from '@lego-moc/application/event-streams';
import type { FoldedState } from '@lego-moc/application/state-cache';
import { isRejection, reject, type Rejection } from '@lego-moc/kernel/decider';
import type { UserId } from '@lego-moc/kernel/message';
import type { MocId } from '../domain/moc-id.ts';
import type { JobId } from '../domain/moc-events.ts';
import type { LivingMoc, Moc } from '../domain/moc.ts';
import { diffLots, rebuyOf, type NeededLot, type PartsDiff, type Rebuy } from '../domain/needed-lots.ts';
import { freeze, type Content, type Version } from '../domain/versions.ts';
import type { LotsReader } from './ports/lots-reader.ts';

export type VersionRefusal = Rejection<'moc-not-found' | 'version-not-found' | 'parts-unavailable'>;

/** Tells a refusal from what was asked for. */
export const isRefused = (value: object): value is VersionRefusal => isRejection(value);

const noMoc = reject('moc-not-found', 'There is no such MOC.');
const noVersion = reject('version-not-found', 'The MOC has no such version.');
const noParts = reject('parts-unavailable', 'The lots of a parts list of that version cannot be read.');

export type VersionsOf = { readonly moc: LivingMoc; readonly isOwner: boolean };

export type VersionReading = {
  /** A MOC with its versions; draft MOCs for their owners only. */
  readonly mocOf: (mocId: MocId, reader: UserId) => Promise<VersionsOf | VersionRefusal>;
  /** A MOC that everybody sees. */
  readonly published: (mocId: MocId) => Promise<LivingMoc | VersionRefusal>;
  /** The content of a version, or of the draft: `draft`, for its owner. */
  readonly content: (mocId: MocId, reader: UserId, name: string) => Promise<Content | Version | VersionRefusal>;
  readonly diff: (from: Content, to: Content, cause: Cause) => Promise<PartsDiff | VersionRefusal>;
  readonly rebuy: (from: Content, to: Content, cause: Cause) => Promise<Rebuy | VersionRefusal>;
};

/** The name of the newest published version; of the draft, when there is none. */
export const NEWEST = 'newest';

const VERSION = /^[1-9]\d{0,5}$/;

/** The content that a reader calls by the number of a version, or `draft`. */
const contentNamed = ({ moc, isOwner }: VersionsOf, name: string): Content | Version | undefined => {
  const newest = moc.versions.at(-1);
  if (name === NEWEST && newest !== undefined) return newest;
  if (name === 'draft' || name === NEWEST) return isOwner ? freeze(moc) : undefined;
  return VERSION.test(name) ? moc.versions.find(({ version }) => version === Number(name)) : undefined;
};

const countedJobs = ({ partsLists }: Content): readonly JobId[] =>
  partsLists.filter(({ status }) => status === 'counted').map(({ jobId }) => jobId);

/** Reads versions of MOCs from their streams, and compares the parts that they need. */
export const versionReading = (
  latest: (mocId: MocId) => Promise<FoldedState<Moc>>,
  lotsReader: LotsReader,
): VersionReading => {
  const livingMoc = async (mocId: MocId): Promise<LivingMoc | undefined> => {
    const { state } = await latest(mocId);
    return state.status === 'absent' || state.status === 'deleted' ? undefined : state;
  };

  const mocOf: VersionReading['mocOf'] = async (mocId, reader) => {
    const moc = await livingMoc(mocId);
    if (moc === undefined) return noMoc;
    const isOwner = moc.owner === reader;
    return isOwner || moc.status === 'published' ? { moc, isOwner } : noMoc;
  };

  const compare = async <Result>(
    from: Content,
    to: Content,
    cause: Cause,
    result: (before: readonly NeededLot[], after: readonly NeededLot[]) => Result,
  ): Promise<Result | VersionRefusal> => {
    const jobs = new Set([...countedJobs(from), ...countedJobs(to)]);
    const lots = new Map<JobId, readonly NeededLot[]>();
    for (const jobId of jobs) {
      const some = await lotsReader.lots(jobId, cause);
      if (some === undefined) return noParts;
      lots.set(jobId, some);
    }
    const lotsOf = (content: Content) => countedJobs(content).flatMap((jobId) => lots.get(jobId) ?? []);
    return result(lotsOf(from), lotsOf(to));
  };

  return {
    mocOf,
    published: async (mocId) => {
      const moc = await livingMoc(mocId);
      return moc?.status === 'published' ? moc : noMoc;
    },
    content: async (mocId, reader, name) => {
      const result = await mocOf(mocId, reader);
      return isRefused(result) ? result : (contentNamed(result, name) ?? noVersion);
    },
    diff: (from, to, cause) => compare(from, to, cause, diffLots),
    rebuy: (from, to, cause) => compare(from, to, cause, rebuyOf),
  };
};
