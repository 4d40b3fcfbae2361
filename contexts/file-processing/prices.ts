import type { Router } from 'express';
import { z } from 'zod';
import { currentState } from '@lego-moc/application/current-state';
import { foldedStates } from '@lego-moc/application/folded-states';
import { commandHandler } from '@lego-moc/application/command-handler';
import { reactionTo, type DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import { derivedId } from '@lego-moc/kernel/ids';
import type { UserId } from '@lego-moc/kernel/message';
import { PROFILE_EVENTS, profilePayload } from '@lego-moc/profile/contracts/integration-events';
import { serviceClient } from '@lego-moc/resilience/http-client';
import { localSecret } from '@lego-moc/sealing/local-secret';
import { listItems, masterKeys } from '@lego-moc/sealing/master-keys';
import type { ScopeWith } from '@lego-moc/service/run-context';
import { dataDirSetting, keysFolder } from '@lego-moc/service/settings';
import { brickLinkPriceSource } from './adapters/bricklink/bricklink-price-source.ts';
import {
  PRICE,
  PRICE_BUDGET,
  PRICE_OWNER,
  PRICE_REFRESH,
  priceBudgetCodec,
  priceCodec,
  priceOwnerCodec,
  priceRefreshCodec,
} from './adapters/event-store/price-codecs.ts';
import { estimateRoutes } from './adapters/http/estimate.route.ts';
import { listedListsRoutes, type ListedListsRoutes } from './adapters/http/listed-lists.route.ts';
import { partColoursRoute } from './adapters/http/part-colours.route.ts';
import { priceRefreshRoutes } from './adapters/http/price-refresh.route.ts';
import { priceRoutes } from './adapters/http/price.route.ts';
import { findVisibleJob } from './adapters/http/visible-job.ts';
import { partColoursIn } from './adapters/postgres/part-colour-queries.ts';
import { postgresSourceKeys, sourceKeyMigration } from './adapters/postgres/postgres-source-keys.ts';
import { readPriceCsv } from './adapters/price-files/price-csv.ts';
import { erasedOwnersWithPrices, erasedPriceOwners } from './adapters/read-models/erased-price-owners.ts';
import { priceBook, prices } from './adapters/read-models/prices.ts';
import type { LoadJob } from './application/file-jobs.ts';
import type { ExportLots } from './application/ports/export-lots.ts';
import { erasePricesOf, sweepErasedPrices } from './application/prices/erase-prices.ts';
import { countListNeeds, estimateLists, type EstimateOf } from './application/prices/estimate-lists.ts';
import { importPrices } from './application/prices/import-prices.ts';
import { priceColours } from './application/prices/price-colours.ts';
import { recordPrices } from './application/prices/record-prices.ts';
import { refreshPrices } from './application/prices/refresh-prices.ts';
import { lookUpBudgetDecider } from './domain/prices/look-up-budget.ts';
import { priceOwnerDecider, refusalOf } from './domain/prices/price-owner.ts';
import { priceRefreshDecider, type RefreshId } from './domain/prices/price-refresh.ts';
import { priceDecider } from './domain/prices/price.ts';

export const priceSettings = {
  ...dataDirSetting,
  /** BrickLink's API, for users who set a key of their own. */
  BRICKLINK_API_URL: z.url({ protocol: /^https?$/ }).default('https://api.bricklink.com/api/store/v1'),
  /** BrickLink's limit for one key. */
  BRICKLINK_CALLS_PER_DAY: z.coerce.number().int().min(0).max(1_000_000).default(5_000),
  /** Base64 of 32 bytes each, comma-separated: the first one seals keys, the others still open them. Unset: kept beside the data. */
  PRICE_MASTER_KEYS: z.string().optional().transform(listItems),
};

/** 5,000 calls in batches of ten take some ten minutes; whoever holds a message twice as long has crashed. */
const REFRESH_TIMEOUT_MS = 1_200_000;

const SWEEP_INTERVAL_MS = 60_000;

const REFRESHES = { streamPrefixes: [`${PRICE_REFRESH}-`] };

type ListSource = {
  readonly load: LoadJob;
  readonly lots: ExportLots;
  readonly open: ListedListsRoutes['open'];
};

/** The parts for prices that the service and its command line share. */
export const priceParts = (it: ScopeWith<typeof priceSettings>) => {
  const handle = commandHandler(priceDecider, it.streams(PRICE, priceCodec, priceDecider));
  const book = priceBook(it.db);
  const record = recordPrices(handle);
  const owners = it.streams(PRICE_OWNER, priceOwnerCodec, priceOwnerDecider);
  const loadOwner = currentState(priceOwnerDecider, owners);
  const ownerRefusal = async (owner: UserId) => refusalOf(await loadOwner(owner));
  return {
    ...{ handle, book, record, ownerRefusal, eraseOwner: commandHandler(priceOwnerDecider, owners) },
    importPrices: importPrices({ read: readPriceCsv, record, book, ownerRefusal, now: it.clock }),
  };
};

/** Declares prices: their read model, the work behind refreshes, and erasure. Returns the routes. */
export const declarePrices = (
  it: ScopeWith<typeof priceSettings>,
  { load, lots, open }: ListSource,
): readonly Router[] => {
  const { clock: now, logger, settings } = it;
  const { handle, book, record, ownerRefusal, eraseOwner, importPrices: importOwn } = priceParts(it);
  const masters = masterKeys(
    settings.PRICE_MASTER_KEYS ?? [localSecret(keysFolder(settings.LEGO_MOC_DATA_DIR), 'file-processing.price-key')],
  );
  const keys = postgresSourceKeys(it.db, masters);
  const budgets = foldedStates(lookUpBudgetDecider, it.streams(PRICE_BUDGET, priceBudgetCodec, lookUpBudgetDecider));
  const budget = {
    handle: budgets.handle,
    load: async (id: string) => (await budgets.latest(id)).state,
    dailyMax: settings.BRICKLINK_CALLS_PER_DAY,
  };
  const refreshStreams = it.streams(PRICE_REFRESH, priceRefreshCodec, priceRefreshDecider);
  const refreshes = {
    handle: commandHandler(priceRefreshDecider, refreshStreams),
    load: currentState(priceRefreshDecider, refreshStreams),
  };
  const baseUrl = settings.BRICKLINK_API_URL;
  const service = serviceClient({ service: 'bricklink', baseUrl, timeoutMs: 10_000, logger });
  const refresh = refreshPrices({
    ...{ ...refreshes, budget, needs: countListNeeds(lots), keys, record, now, job: load },
    price: currentState(priceDecider, it.streams(PRICE, priceCodec)),
    source: brickLinkPriceSource({ service, baseUrl, nowMs: () => Date.parse(now()) }),
  });

  it.migrate([sourceKeyMigration]);
  it.project(prices, priceCodec);
  it.project(erasedPriceOwners, priceOwnerCodec);
  it.run(() => ({ stop: () => service.close() }));
  it.on(
    // The group of the projection `prices` is named file-processing-prices: one group would share its events.
    'file-processing-price-refreshes',
    REFRESHES,
    async (event: DeliveredEvent) => {
      if (event.type !== 'file-processing.PriceRefreshRequested') return;
      const cause = reactionTo(event, { commandId: derivedId('refresh', event.eventId) });
      await refresh(event.stream.slice(`${PRICE_REFRESH}-`.length) as RefreshId, cause);
    },
    { concurrency: 4, messageTimeoutMs: REFRESH_TIMEOUT_MS },
  );
  const erasure = { keys, book, handle, now, owners: eraseOwner };
  it.every(SWEEP_INTERVAL_MS, 'sweep of erased prices', sweepErasedPrices(erasure, erasedOwnersWithPrices(it.db)));
  it.onIntegrationEvent(
    'file-processing-price-erasure',
    { stream: PROFILE_EVENTS, payload: profilePayload },
    async ({ payload, cause }) => {
      if (payload.status === 'erased') await erasePricesOf(erasure)(payload.userId as UserId, cause);
    },
  );

  const estimateOf: EstimateOf = (source) => estimateLists(countListNeeds(source), book, now);
  return [
    listedListsRoutes({ open, estimateOf }),
    partColoursRoute(priceColours(partColoursIn(it.db), book)),
    estimateRoutes({ find: findVisibleJob(load), estimate: estimateOf(lots) }),
    priceRoutes({ importPrices: importOwn, book, keys, ownerRefusal, budget, now }),
    priceRefreshRoutes({ find: findVisibleJob(load), keys, ...refreshes, now }),
  ];
};
