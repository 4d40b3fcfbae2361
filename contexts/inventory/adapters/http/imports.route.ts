import { Router, type Request } from 'express';
import type { Clock } from '@lego-moc/application/clock';
import { causeOf } from '@lego-moc/http/cause';
import { userOf } from '@lego-moc/http/caller';
import { acceptedReply, ok } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { isRejection } from '@lego-moc/kernel/decider';
import type { StockDependencies } from '../../application/change-stock.ts';
import { placeOf } from '../../application/inventory-ids.ts';
import type { PartsLists } from '../../application/ports/parts-lists.ts';
import { importIdOf, requestImport, type Imports } from '../../application/request-import.ts';
import type { ImportReply } from '../../contracts/imports-api.ts';
import type { KnownImport } from '../../domain/imports/stock-import.ts';
import { readImport, startImport, undoImport } from './import-contracts.ts';
import { aboutJob } from './job-problems.ts';
import { importNotFound, toProblem } from './rejection-status.ts';

export type ImportRoutes = Pick<StockDependencies, 'handleInventory'> & {
  readonly imports: Imports;
  readonly lists: PartsLists;
  /** Carries out the steps that are due, in the background. */
  readonly run: (importId: string) => void;
  readonly now: Clock;
};

const toReply = (state: KnownImport): ImportReply => {
  const { importId, jobId, status, stopReason, place, lots, pieces, skippedLots, undo, requestedAt, changedAt } = state;
  return { importId, jobId, status, stopReason, ...place, lots, pieces, skippedLots, undo, requestedAt, changedAt };
};

const locationOf = (importId: string): string => `/v1/inventory/imports/${importId}`;

/** Routes that start, show and undo imports into the stock. */
export const importRoutes = ({ imports, lists, handleInventory, run, now }: ImportRoutes): Router => {
  const start = requestImport({ imports, handleInventory });

  const find = async (request: Request, importId: string): Promise<KnownImport | undefined> => {
    const { state } = await imports.latest(importId);
    if (state.status === 'absent' || state.status === 'erased') return undefined;
    return state.owner === userOf(request).id ? state : undefined;
  };

  /** Replies with the import as it is, and lets it go on. */
  const goOn = async (request: Request, importId: string) => {
    run(importId);
    const state = await find(request, importId);
    return state === undefined ? importNotFound : acceptedReply(locationOf(importId), toReply(state));
  };

  return Router().use(
    route(startImport, async ({ request, body: { jobId, location } }) => {
      const { id: owner } = userOf(request);
      const importId = importIdOf(owner, jobId);
      if ((await find(request, importId)) === undefined) {
        const status = await lists.status(jobId, owner, causeOf(request));
        if (status !== 'completed') return aboutJob(status);
      }
      const data = { importId, owner, jobId, place: placeOf(owner, location), at: now() };
      const outcome = await start(data, causeOf(request));
      return isRejection(outcome) ? toProblem(outcome) : goOn(request, importId);
    }),

    route(readImport, async ({ request, params }) => {
      const state = await find(request, params.importId);
      return state === undefined ? importNotFound : ok(toReply(state));
    }),

    route(undoImport, async ({ request, params: { importId } }) => {
      const command = { type: 'UndoImport', data: { by: userOf(request).id, at: now() } } as const;
      const outcome = await imports.handle(importId, command, causeOf(request));
      return isRejection(outcome) ? toProblem(outcome) : goOn(request, importId);
    }),
  );
};
