import { createHash } from 'node:crypto';
import express, { Router, type Request, type RequestHandler } from 'express';
import type { Clock } from '@lego-moc/application/clock';
import type { EventStreams } from '@lego-moc/application/event-streams';
import { causeOf } from '@lego-moc/http/cause';
import { userOf } from '@lego-moc/http/caller';
import { exactRouter } from '@lego-moc/http/exact-router';
import { acceptedReply, ok, problem } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { isRejection } from '@lego-moc/kernel/decider';
import type { StockDependencies } from '../../application/change-stock.ts';
import { placeOf } from '../../application/inventory-ids.ts';
import { toFindingReply, toLedgerReply } from '../../application/ledger-reply.ts';
import type { LedgerFiles } from '../../application/ports/ledger-files.ts';
import { ledgerImportIdOf, requestLedger, type LedgerImports } from '../../application/request-ledger.ts';
import type { FindingsReply } from '../../contracts/ledger-api.ts';
import type { LedgerEvent } from '../../domain/ledger/ledger-events.ts';
import type { KnownLedgerImport } from '../../domain/ledger/ledger-import.ts';
import { listFindings, readLedgerImport, startLedgerImport, undoLedgerImport } from './ledger-contracts.ts';
import { importNotFound, toProblem } from './rejection-status.ts';

/** 50,000 lines of the usual length. */
const LEDGER_BYTES_MAX = 8 * 1024 * 1024;

const FINDINGS_PER_PAGE = 500;

export type LedgerRoutes = Pick<StockDependencies, 'handleInventory'> & {
  readonly ledgerImports: LedgerImports;
  readonly streams: Pick<EventStreams<LedgerEvent>, 'readEvents'>;
  readonly files: LedgerFiles;
  /** Carries out the steps that are due, in the background. */
  readonly run: (importId: string) => void;
  readonly now: Clock;
};

/** Receives the file. Stands before `idempotent`, whose keys name one body. */
export const readLedgerBody: RequestHandler = exactRouter().post(
  startLedgerImport.path,
  express.raw({ type: 'text/csv', limit: LEDGER_BYTES_MAX, inflate: false }),
);

const notCsv = problem(415, 'media-type-unsupported', 'Send the ledger as it is, with Content-Type: text/csv.');

const locationOf = (importId: string): string => `/v1/inventory/ledger-imports/${importId}`;

/** Routes that replay a ledger into the stock, show how it went, and undo it. */
export const ledgerRoutes = ({ ledgerImports, streams, files, handleInventory, run, now }: LedgerRoutes): Router => {
  const start = requestLedger({ ledgerImports, handleInventory, now });

  const find = async (request: Request, importId: string): Promise<KnownLedgerImport | undefined> => {
    const { state } = await ledgerImports.latest(importId);
    if (state.status === 'absent' || state.status === 'erased') return undefined;
    return state.owner === userOf(request).id ? state : undefined;
  };

  /** Replies with the import as it is, and lets it go on. */
  const goOn = async (request: Request, importId: string) => {
    run(importId);
    const state = await find(request, importId);
    return state === undefined ? importNotFound : acceptedReply(locationOf(importId), toLedgerReply(state));
  };

  return Router().use(
    route(startLedgerImport, async ({ request, query: { location } }) => {
      const file: unknown = request.body;
      if (!Buffer.isBuffer(file)) return notCsv;
      const { id: owner } = userOf(request);
      const lines = await files.read(file);
      if ('fault' in lines)
        return problem(422, 'ledger-unreadable', lines.because, { members: { fault: lines.fault } });
      const place = placeOf(owner, location);
      const importId = ledgerImportIdOf(place, createHash('sha256').update(file).digest('hex'));
      const refusal = await start({ importId, owner, place, lines }, causeOf(request));
      return refusal === undefined ? goOn(request, importId) : toProblem(refusal);
    }),

    route(readLedgerImport, async ({ request, params }) => {
      const state = await find(request, params.ledgerImportId);
      return state === undefined ? importNotFound : ok(toLedgerReply(state));
    }),

    route(listFindings, async ({ request, params: { ledgerImportId }, query: { cursor } }) => {
      if ((await find(request, ledgerImportId)) === undefined) return importNotFound;
      let findings: FindingsReply['findings'] = [];
      let nextCursor: string | null = null;
      for await (const { event, revision } of streams.readEvents(ledgerImportId, cursor)) {
        // Asked for again after an undo, the import has only the findings of its last replay.
        if (event.type === 'LedgerImportRequested') findings = [];
        if (event.type !== 'LedgerPartReplayed') continue;
        if (findings.length > 0 && findings.length + event.data.findings.length > FINDINGS_PER_PAGE) {
          nextCursor = String(revision);
          break;
        }
        findings.push(...event.data.findings.map(toFindingReply));
      }
      return ok({ findings, nextCursor });
    }),

    route(undoLedgerImport, async ({ request, params: { ledgerImportId } }) => {
      const command = { type: 'UndoLedgerImport', data: { by: userOf(request).id, at: now() } } as const;
      const outcome = await ledgerImports.handle(ledgerImportId, command, causeOf(request));
      return isRejection(outcome) ? toProblem(outcome) : goOn(request, ledgerImportId);
    }),
  );
};
