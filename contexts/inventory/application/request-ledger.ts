import type { Clock } from '@lego-moc/application/clock';
import type { Cause } from '@lego-moc/application/event-streams';
import type { FoldedStates } from '@lego-moc/application/folded-states';
import { isRejection, type Rejection } from '@lego-moc/kernel/decider';
import { derivedId } from '@lego-moc/kernel/ids';
import type { UserId } from '@lego-moc/kernel/message';
import type { InventoryRejection } from '../domain/inventory.ts';
import type { LedgerImportId } from '../domain/ledger/ledger-events.ts';
import type { LedgerCommand, LedgerImport, LedgerRejection } from '../domain/ledger/ledger-import.ts';
import type { FileLine } from '../domain/ledger/ledger-lines.ts';
import type { Place } from '../domain/stock/holding-events.ts';
import type { StockDependencies } from './change-stock.ts';
import { inventoryIdOf } from './inventory-ids.ts';

export type LedgerImports = FoldedStates<LedgerCommand, LedgerImport, LedgerRejection>;

/** As many lines as one event holds with the longest ids and notes. */
const PART_LINES = 500;

/** The same file for the same place is the same import. */
export const ledgerImportIdOf = ({ holdingId }: Place, sha256: string): LedgerImportId =>
  derivedId('ledger-import', holdingId, sha256) as LedgerImportId;

export type Ledger = {
  readonly importId: LedgerImportId;
  readonly owner: UserId;
  readonly place: Place;
  readonly lines: readonly FileLine[];
};

/**
 * Stores a ledger part by part, so that its replay needs its file no more. It is listed in its owner's register first, so
 * that no erasure misses it. Repeated after a crash, it goes on with the part that lacks.
 */
export const requestLedger =
  ({
    ledgerImports,
    handleInventory,
    now,
  }: Pick<StockDependencies, 'handleInventory'> & { readonly ledgerImports: LedgerImports; readonly now: Clock }) =>
  async (
    { importId, owner, place, lines }: Ledger,
    cause: Cause,
  ): Promise<Rejection<LedgerRejection | InventoryRejection> | undefined> => {
    const subject = { importId, owner, at: now() };
    const entry = { kind: 'ledger-import', id: importId } as const;
    const listing = await handleInventory(
      inventoryIdOf(owner),
      { type: 'ListEntry', data: { owner, entry, at: subject.at } },
      { ...cause, commandId: derivedId('list', cause.commandId) },
    );
    if (isRejection(listing)) return listing;
    const parts = Math.ceil(lines.length / PART_LINES);
    const data = { ...subject, place, lines: lines.length, parts };
    const request = await ledgerImports.handle(importId, { type: 'RequestLedgerImport', data }, cause);
    if (isRejection(request)) return request;
    for (let part = 0; part < parts; part += 1) {
      const partLines = lines.slice(part * PART_LINES, (part + 1) * PART_LINES);
      const command = { type: 'ReceiveLedgerPart', data: { ...subject, part, lines: partLines } } as const;
      const partCause = { ...cause, commandId: derivedId('part', cause.commandId, String(part)) };
      const outcome = await ledgerImports.handle(importId, command, partCause);
      if (isRejection(outcome)) return outcome;
    }
    return undefined;
  };
