import { newId } from '@lego-moc/application/new-id';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { fileProcessingPayload, INTEGRATION_STREAM } from '@lego-moc/file-processing/contracts/integration-events';
import type { Scope } from '@lego-moc/service/scope';
import { deleteLists, expireLists, listStoreIn, listStoreMigration } from './adapters/postgres/list-store.ts';
import { deleteScores, expireScores, scoreStoreIn, scoreStoreMigration } from './adapters/postgres/score-store.ts';
import { readLots, refreshLists, storeList } from './application/list-lots.ts';
import type { CatalogueFacts } from './application/ports/catalogue-facts.ts';
import type { PartsLists } from './application/ports/parts-lists.ts';

/** Lists and scores are made anew when a question needs them; a builder returns within the season. */
const DAYS_STORED = 90;
const DAY_MS = 86_400_000;
const EXPIRE_EVERY_MS = 3_600_000;
/** As often as an import of the catalogue is noticed. */
const REFRESH_EVERY_MS = 60_000;
/** File processing starts at the same time. */
const RETRY_LOADING_MS = 1_000;

type Needs = { readonly lists: PartsLists; readonly facts: CatalogueFacts };

/** Declares what questions about buildability find ready: lists as they are read, and the scores of earlier answers. */
export const declareBuildability = (it: Scope, { lists, facts }: Needs) => {
  it.migrate([listStoreMigration, scoreStoreMigration]);
  const needs = { lists, facts, store: listStoreIn(it.db), now: it.clock };
  const store = storeList(needs);
  it.onIntegrationEvent(
    'inventory-lists',
    { stream: INTEGRATION_STREAM, payload: fileProcessingPayload },
    async ({ payload: { status, jobId, owner }, cause }) => {
      if (status === 'completed') await store(jobId, owner as UserId, cause);
    },
  );

  const ownCause = () => {
    const commandId = newId();
    return { commandId, correlationId: commandId, actor: 'inventory-lists' };
  };
  // The first question would have to wait for all of them.
  it.untilDone(RETRY_LOADING_MS, 'The loading of substitutes', async () => {
    await facts.current(ownCause());
  });

  const refresh = refreshLists(needs);
  it.every(REFRESH_EVERY_MS, 'The reading of lists after an import', () => refresh(ownCause()));

  const [expireOldLists, expireOldScores] = [expireLists(it.db), expireScores(it.db)];
  it.every(EXPIRE_EVERY_MS, 'The expiry of lists and scores', async () => {
    await expireOldLists(new Date(Date.parse(it.clock()) - DAYS_STORED * DAY_MS).toISOString() as Instant);
    await expireOldScores(DAYS_STORED);
  });

  return {
    readLots: readLots(needs),
    scores: scoreStoreIn(it.db),
    deletions: [deleteLists(it.db), deleteScores(it.db)],
  };
};
