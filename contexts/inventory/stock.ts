import { foldedStates } from '@lego-moc/application/folded-states';
import { reactionTo } from '@lego-moc/event-store/delivered-event';
import type { Scope } from '@lego-moc/service/scope';
import { holdingCodec } from './adapters/event-store/holding-codec.ts';
import { moveOf } from './adapters/event-store/move-of.ts';
import { inventoryStock } from './adapters/read-models/inventory-stock.ts';
import { completeMove, type StockDependencies } from './application/change-stock.ts';
import type { PartsLists } from './application/ports/parts-lists.ts';
import { declareBuilds, type WithItems } from './builds.ts';
import { holdingDecider } from './domain/stock/holding.ts';
import { declareImports } from './imports.ts';
import { declareLedgers } from './ledgers.ts';

/** Room for a dozen places of 20,000 lots, or thousands of usual ones. */
const HOLDINGS_BYTES_MAX = 16 * 1024 * 1024;

type Needs = Pick<StockDependencies, 'handleInventory'> & WithItems & { readonly lists: PartsLists };

/** Declares places, and what brings pieces into them or takes some out: moves, imports, ledgers and builds. */
export const declareStock = (it: Scope, { handleInventory, items, lists }: Needs) => {
  const streams = it.streams('holding', holdingCodec, holdingDecider);
  const holdings = foldedStates(holdingDecider, streams, { bytesMax: HOLDINGS_BYTES_MAX });
  it.project(inventoryStock, holdingCodec);

  // A move that was interrupted between its two places is completed here.
  const complete = completeMove({ holdings });
  it.on('stock-moves', { streamPrefixes: ['holding-'] }, async (event) => {
    const move = moveOf(event);
    if (move !== undefined) await complete(move, reactionTo(event, { commandId: move.entryId, actor: 'stock-moves' }));
  });

  const stock = { holdings, streams, handleInventory, now: it.clock };
  const imports = declareImports(it, { ...stock, lists });
  const ledgers = declareLedgers(it, stock);
  const builds = declareBuilds(it, { ...stock, items });
  return {
    ...stock,
    handlers: {
      handleHolding: holdings.handle,
      handleImport: imports.imports.handle,
      handleLedgerImport: ledgers.ledgerImports.handle,
      handleBuild: builds.builds.handle,
    },
    readEvents: {
      holding: (id: string) => streams.readEvents(id),
      import: (id: string) => imports.streams.readEvents(id),
      'ledger-import': (id: string) => ledgers.streams.readEvents(id),
      build: (id: string) => builds.streams.readEvents(id),
    },
    routes: [imports.routes, ...ledgers.routes, ...builds.routes],
  };
};
