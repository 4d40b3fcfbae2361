import { fileProcessingClient, type FileProcessingClient } from '@lego-moc/file-processing/contracts/client';
import type { JobReply, LotReply, LotsReply } from '@lego-moc/file-processing/contracts/http-api';
import type { Cause } from '@lego-moc/application/event-streams';
import type { UserId } from '@lego-moc/kernel/message';
import type { ServiceClient } from '@lego-moc/resilience/http-client';
import type { LotsPage, PartsLists, ReadList } from '../../application/ports/parts-lists.ts';
import { callThrough } from './call-through.ts';
import { ordersOf } from './read-orders.ts';
import { LOTS_MAX } from '../../domain/inventory-item.ts';
import type { Section } from '../../domain/inventory-item-events.ts';
import { SECTION_LOTS_MAX, SECTIONS_MAX } from '../../domain/sections.ts';
import { toLot } from './to-lot.ts';
import { mergeLots, type LotQuantity } from '../../domain/lots.ts';

const addSteps = (steps: Map<number, LotQuantity[]>, lot: LotReply): void => {
  for (const { step, quantity } of lot.steps ?? []) {
    const stepLots = steps.get(step) ?? [];
    stepLots.push(...toLot({ ...lot, quantity }));
    steps.set(step, stepLots);
  }
};

const sectionsOf = (steps: ReadonlyMap<number, readonly LotQuantity[]>): readonly Section[] => {
  const sections = [...steps]
    .sort(([a], [b]) => a - b)
    .map(([step, lots]): Section => ({ kind: 'step', name: String(step), lots: mergeLots(lots) }))
    .filter(({ lots }) => lots.length > 0);
  const isTooLong = sections.reduce((sum, { lots }) => sum + lots.length, 0) > SECTION_LOTS_MAX;
  return isTooLong || sections.length > SECTIONS_MAX ? [] : sections;
};

type ListContent = Pick<ReadList, 'lots' | 'steps'>;

/** All lots, or so many that the item is refused for their number; steps as far as an item may have so many. */
const contentOf = async (
  processing: FileProcessingClient,
  jobId: string,
  cause: Cause,
): Promise<ListContent | undefined> => {
  let lots: readonly LotQuantity[] = [];
  const steps = new Map<number, LotQuantity[]>();
  let cursor: number | null = 0;
  while (cursor !== null && lots.length <= LOTS_MAX) {
    const page: Awaited<ReturnType<FileProcessingClient['lots']>> = await processing.lots(jobId, cursor, cause);
    if (page === undefined) return undefined;
    const neededLots = page.lots.filter(({ role }) => role === 'needed');
    lots = mergeLots([...lots, ...neededLots.flatMap(toLot)]);
    for (const lot of neededLots) addSteps(steps, lot);
    cursor = page.nextCursor;
  }
  return { lots, steps: sectionsOf(steps) };
};

/** Pieces that somebody has; counterparts and alternates stand for pieces that are listed anyway. */
const toLotsPage = ({ lots: fileLots, nextCursor }: LotsReply): LotsPage => {
  const lots = fileLots.filter(({ role }) => role === 'needed' || role === 'extra').flatMap(toLot);
  return { lots, skippedLots: fileLots.length - lots.length, nextCursor };
};

/** Reads lists from the file-processing service, page by page. */
export const readLists = (service: ServiceClient): PartsLists => {
  const processing = fileProcessingClient(callThrough(service));
  const statusOf = (job: JobReply | undefined, owner: UserId) => {
    if (job?.owner !== owner) return 'no-such-job';
    return job.status === 'completed' && job.result !== undefined ? 'completed' : 'not-completed';
  };
  return {
    lots: async (jobId, cause) => (await contentOf(processing, jobId, cause))?.lots,

    status: async (jobId, owner, cause) => statusOf(await processing.job(jobId, cause), owner),
    page: async (jobId, cursor, cause) => {
      const page = await processing.lots(jobId, cursor, cause);
      return page === undefined ? undefined : toLotsPage(page);
    },
    orders: async (jobId, owner, cause) => {
      const state = statusOf(await processing.job(jobId, cause), owner);
      return state === 'completed' ? ordersOf(processing, jobId, cause) : state;
    },
    read: async (jobId, owner, cause) => {
      const job = await processing.job(jobId, cause);
      if (job === undefined || (owner !== null && job.owner !== owner)) return 'no-such-job';
      if (job.status !== 'completed' || job.result === undefined) return 'not-completed';
      const content = await contentOf(processing, jobId, cause);
      if (content === undefined) return 'no-such-job';
      const { contentHash = '', catalogueRelease } = job.result;
      return {
        partsListId: job.reference.partsListId,
        fileName: job.fileName,
        origin: { jobId, contentHash, catalogueRelease },
        ...content,
      };
    },
  };
};
