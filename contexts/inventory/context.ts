import { foldedStates } from '@lego-moc/application/folded-states';
import { requireUser } from '@lego-moc/auth-middleware/authenticate';
import { FILE_PROCESSING } from '@lego-moc/file-processing/contracts/routes';
import { deleteReplies } from '@lego-moc/http/postgres-idempotency-store';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { MOC_MANAGEMENT } from '@lego-moc/moc-management/contracts/routes';
import { PROFILE_EVENTS, profilePayload } from '@lego-moc/profile/contracts/integration-events';
import { clientOf } from '@lego-moc/service/resources/service-client';
import type { Context } from '@lego-moc/service/run-context';
import { WISHLIST } from '@lego-moc/wishlist/contracts/routes';
import { announceItems } from './adapters/event-store/announce-items.ts';
import { inventoryCodec } from './adapters/event-store/inventory-codec.ts';
import { inventoryItemCodec } from './adapters/event-store/inventory-item-codec.ts';
import { listExporter } from './adapters/file-processing/list-exporter.ts';
import { readColours } from './adapters/file-processing/read-colours.ts';
import { readFacts } from './adapters/file-processing/read-facts.ts';
import { readLists } from './adapters/file-processing/read-lists.ts';
import { readSets } from './adapters/file-processing/read-sets.ts';
import { adviceRoute, readAdvice } from './adapters/http/advice.route.ts';
import { BUILD_CONTRACTS } from './adapters/http/build-contracts.ts';
import { BUILDABILITY_CONTRACTS } from './adapters/http/buildability-contracts.ts';
import { buildabilityRoutes } from './adapters/http/buildability.route.ts';
import { LEDGER_CONTRACTS } from './adapters/http/ledger-contracts.ts';
import { readLedgerBody } from './adapters/http/ledger.route.ts';
import { IMPORT_CONTRACTS } from './adapters/http/import-contracts.ts';
import { ITEM_CONTRACTS } from './adapters/http/item-contracts.ts';
import { exportOwnInventory, inventoryExportRoute } from './adapters/http/inventory-export.route.ts';
import { itemRoutes } from './adapters/http/items.route.ts';
import { MISSING_LOTS_CONTRACTS, missingLotsRoutes } from './adapters/http/missing-lots.route.ts';
import { importItemOrders, orderImportRoute } from './adapters/http/order-imports.route.ts';
import { pastStockRoute } from './adapters/http/past-stock.route.ts';
import { partsListStatusRoutes, STATUS_CONTRACTS } from './adapters/http/parts-list-status.route.ts';
import { purchaseRoutes } from './adapters/http/purchases.route.ts';
import { questionsInFlight } from './adapters/http/questions-in-flight.ts';
import { divideItem, listSections, sectionRoutes } from './adapters/http/sections.route.ts';
import { openSets, setOpeningRoute } from './adapters/http/set-openings.route.ts';
import { SHOPPING_CONTRACTS, shoppingRoutes } from './adapters/http/shopping.route.ts';
import { stockChangeRoutes } from './adapters/http/stock-changes.route.ts';
import { STOCK_CONTRACTS } from './adapters/http/stock-contracts.ts';
import { exportStock, stockExportRoute } from './adapters/http/stock-export.route.ts';
import { stockRoutes } from './adapters/http/stock.route.ts';
import { summaryRoutes } from './adapters/http/summaries.route.ts';
import { readMocs } from './adapters/moc-management/read-mocs.ts';
import { readWishes } from './adapters/wishlist/read-wishes.ts';
import { inventoryItems } from './adapters/read-models/inventory-items.ts';
import { itemPieces } from './adapters/read-models/item-pieces.ts';
import { itemReader } from './adapters/read-models/item-reader.ts';
import { stockPieces } from './adapters/read-models/stock-pieces.ts';
import { stockReader } from './adapters/read-models/stock-reader.ts';
import { exportInventory } from './application/export-inventory.ts';
import { eraseInventory } from './application/erase-inventory.ts';
import { partsListStatus } from './application/parts-list-status.ts';
import { ownPieces } from './application/own-pieces.ts';
import { inventoryPayloads } from './contracts/integration-events.ts';
import { declareBuildability } from './buildability.ts';
import { INVENTORY } from './contracts/routes.ts';
import { declareStock } from './stock.ts';
import { inventoryDecider } from './domain/inventory.ts';
import { inventoryItemDecider } from './domain/inventory-item.ts';

export const inventory: Context = {
  service: INVENTORY,
  settings: {},
  contracts: [
    ...ITEM_CONTRACTS,
    divideItem,
    listSections,
    importItemOrders,
    exportOwnInventory,
    ...STATUS_CONTRACTS,
    ...STOCK_CONTRACTS,
    openSets,
    exportStock,
    ...IMPORT_CONTRACTS,
    ...LEDGER_CONTRACTS,
    ...BUILD_CONTRACTS,
    ...BUILDABILITY_CONTRACTS,
    ...SHOPPING_CONTRACTS,
    ...MISSING_LOTS_CONTRACTS,
    readAdvice,
  ],
  events: inventoryPayloads,
  wire: (it) => {
    const inventories = foldedStates(inventoryDecider, it.streams('inventory', inventoryCodec, inventoryDecider));
    const itemStreams = it.streams('inventoryItem', inventoryItemCodec, inventoryItemDecider);
    const items = foldedStates(inventoryItemDecider, itemStreams);
    const reader = itemReader(it.db);
    const processing = it.use(clientOf(FILE_PROCESSING));
    const lists = readLists(processing);
    const mocs = readMocs(it.use(clientOf(MOC_MANAGEMENT)));
    const facts = readFacts(processing);
    const { deletions, ...stores } = declareBuildability(it, { lists, facts });
    const building = {
      ...{ ...stores, mocs, lists, facts, ownedPieces: ownPieces(stockPieces(stockReader(it.db)), itemPieces(it.db)) },
      exporter: listExporter(processing),
      wishes: readWishes(it.use(clientOf(WISHLIST))),
      ...{ sets: readSets(processing), colours: readColours(processing), answerInTurn: questionsInFlight() },
    };

    const status = partsListStatus({ mocs, lists, items, handleInventory: inventories.handle, now: it.clock });

    it.project(inventoryItems, inventoryItemCodec);
    it.publish({ source: { streamPrefixes: ['inventoryItem-'] }, translate: announceItems });

    const { handlers, readEvents, routes, ...stock } = declareStock(it, {
      ...{ handleInventory: inventories.handle, items, lists },
    });

    const erase = eraseInventory({
      ...{ inventories, handleItem: items.handle, ...handlers },
      deletions: [deleteReplies(it.db), ...deletions],
    });
    it.onIntegrationEvent(
      'inventory-erasure',
      { stream: PROFILE_EVENTS, payload: profilePayload },
      async ({ payload, cause }) => {
        if (payload.status === 'erased') await erase(payload.userId as UserId, payload.erasedAt as Instant, cause);
      },
    );

    const readExport = exportInventory({
      ...{ inventories, now: it.clock },
      readEvents: { ...readEvents, item: (id) => itemStreams.readEvents(id) },
    });

    return [
      requireUser,
      readLedgerBody,
      it.idempotency(),
      itemRoutes({ items, handleInventory: inventories.handle, reader, lists, now: it.clock }),
      sectionRoutes({ items, now: it.clock }),
      purchaseRoutes({ items, now: it.clock }),
      orderImportRoute({ lists, items, now: it.clock }),
      summaryRoutes(reader),
      inventoryExportRoute(readExport),
      partsListStatusRoutes(status),
      stockChangeRoutes(stock),
      ...routes,
      setOpeningRoute({ ...stock, ...building }),
      pastStockRoute({ ...building, ...stock, reader: stockReader(it.db) }),
      stockRoutes({ ...stock, reader: stockReader(it.db) }),
      stockExportRoute({ ...building, reader: stockReader(it.db) }),
      buildabilityRoutes(building),
      ...[shoppingRoutes(building), missingLotsRoutes(building), adviceRoute(building)],
    ];
  },
};
