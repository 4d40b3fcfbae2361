import type { Clock } from '@lego-moc/application/clock';
import type { Cause } from '@lego-moc/application/event-streams';
import { isRejection, reject, type Rejection } from '@lego-moc/kernel/decider';
import { checkLot } from '../domain/catalogue.ts';
import type { FileJobRejection } from '../domain/file-job.ts';
import type { AttemptId, JobId } from '../domain/file-job-events.ts';
import { addFindings, emptyFindings, listTotals, type Findings, type Opening } from '../domain/findings.ts';
import type { Lot } from '../domain/lot.ts';
import { contentLots, openedSetsOf, openingOf, withoutSets } from '../domain/set-contents.ts';
import type { HandleFileJob, LoadJob } from './file-jobs.ts';
import type { ReadList } from './plan-export.ts';
import type { Catalogue, Release } from './ports/catalogue.ts';
import type { JobRegister } from './ports/job-register.ts';
import type { LotResolution } from './ports/lot-resolution.ts';
import type { LotStore } from './ports/lot-store.ts';
import type { SetOpening } from './ports/set-opening.ts';
import { compositionReader } from './read-composition.ts';

export type OpeningNeeds = {
  readonly load: LoadJob;
  readonly handle: HandleFileJob;
  readonly catalogue: Catalogue;
  readonly opening: SetOpening;
  readonly lots: Pick<LotStore, 'add'>;
  readonly jobs: Pick<JobRegister, 'revokeLease'>;
  readonly resolution: Pick<LotResolution, 'lots'>;
  readonly newAttemptId: () => AttemptId;
  readonly now: Clock;
};

export type OpeningRejection = 'nothing-to-open' | 'list-too-large' | FileJobRejection;
export type OpeningResult = Omit<Opening, 'openedAt'>;
export type OpenSets = (list: ReadList, cause: Cause) => Promise<OpeningResult | Rejection<OpeningRejection>>;

/** The lots of a list and of what is in its sets: copied by one statement, and checked within seconds. */
export const OPENED_LIST_LOTS_MAX = 100_000;
/** More than any collection has. */
const SET_LOTS_MAX = 10_000;
const BATCH_LOTS = 1000;

const tooLarge = (): Rejection<'list-too-large'> =>
  reject(
    'list-too-large',
    `Sets are opened in lists of at most ${OPENED_LIST_LOTS_MAX.toLocaleString('en')} lots, with what is in the sets, and ${SET_LOTS_MAX.toLocaleString('en')} sets.`,
  );

/** What the list has of sets and of their contents, or why they cannot be opened. */
const planOpening = async (
  { opening }: OpeningNeeds,
  release: Release,
  { jobId, attemptId, findings }: { jobId: JobId; attemptId: AttemptId; findings: Findings },
) => {
  if (findings.lots > OPENED_LIST_LOTS_MAX) return tooLarge();
  const sets = await opening.findSets(jobId, attemptId, SET_LOTS_MAX + 1);
  if (sets.length > SET_LOTS_MAX) return tooLarge();
  if (sets.length === 0) return reject('nothing-to-open', 'This list names no sets or minifigs that are counted.');
  const contents = await opening.contents(release, sets, OPENED_LIST_LOTS_MAX - findings.lots + 1);
  if (findings.lots + contents.length > OPENED_LIST_LOTS_MAX) return tooLarge();
  return { sets, openedSets: openedSetsOf(sets, contents), lots: contentLots(sets, contents, findings.lots) };
};

/**
 * Replaces the sets and minifigs of a list by what is in them. The lots are written under another attempt's id, which
 * the event makes the one that is shown, so that readers see the list before or after it. An opening that breaks off
 * leaves lots that nobody sees and the sweep removes, as it does those of before.
 */
export const openSets = (needs: OpeningNeeds): OpenSets => {
  const { load, handle, catalogue, opening, lots: store, jobs, resolution, newAttemptId, now } = needs;
  const readComposition = compositionReader({ catalogue, resolution });

  const addLots = async (jobId: JobId, attemptId: AttemptId, lots: readonly Lot[], release: Release) => {
    const checkedLots = [];
    for (let at = 0; at < lots.length; at += BATCH_LOTS) {
      const batch = lots.slice(at, at + BATCH_LOTS);
      const extract = await catalogue.lookUp(
        release,
        batch.map(({ lookupNumber }) => lookupNumber),
      );
      const checkedBatch = batch.map((lot) => checkLot(lot, 'rebrickable', extract));
      await store.add(jobId, attemptId, checkedBatch);
      checkedLots.push(...checkedBatch);
    }
    return checkedLots;
  };

  /** The opening by this release that is recorded, also by another request meanwhile. */
  const recordedOpening = async (jobId: JobId, release: Release): Promise<Opening | undefined> => {
    const job = await load(jobId);
    const current = job.status === 'completed' ? job.findings.opening : undefined;
    return current?.catalogueRelease === release.id ? current : undefined;
  };

  return async ({ findings, ...list }, cause) => {
    const release = await catalogue.newestRelease();
    if (findings.opening?.catalogueRelease === release.id) return findings.opening;
    const [jobId, attemptId] = [list.jobId as JobId, list.attemptId as AttemptId];
    const plan = await planOpening(needs, release, { jobId, attemptId, findings });
    if (isRejection(plan)) return plan.rejected === 'nothing-to-open' ? (findings.opening ?? plan) : plan;
    const { sets, openedSets, lots } = plan;
    if (openedSets.length === 0) return findings.opening ?? openingOf(release.id, plan, emptyFindings, []);

    const openedAttemptId = newAttemptId();
    // From here on the attempt that read the file can remove no lots, and the sweep checks the job again.
    await jobs.revokeLease(jobId);
    const openedLots = openedSets.map(({ lot }) => lot);
    await opening.copyLots(jobId, attemptId, openedAttemptId, openedLots);
    const contents = await addLots(jobId, openedAttemptId, lots, release);
    const totals = listTotals(addFindings(withoutSets(findings, openedSets), contents, []));
    const composition = await readComposition(jobId, openedAttemptId, release);
    const unopenedContents = contents.filter(({ itemType }) => itemType !== 'P');
    const result = openingOf(
      release.id,
      { sets, openedSets },
      addFindings(emptyFindings, contents, []),
      unopenedContents,
    );
    // The sweep leaves lots alone for a minute, in which the event is appended.
    await jobs.revokeLease(jobId);
    const change = { attemptId, changes: findings.changes ?? 0, openedAttemptId, opening: result, totals, composition };
    const outcome = await handle(jobId, { type: 'OpenSets', data: { ...change, by: cause.actor, at: now() } }, cause);
    const currentOpening = await recordedOpening(jobId, release);
    return currentOpening ?? (isRejection(outcome) ? outcome : result);
  };
};
