import { foldedStates } from '@lego-moc/application/folded-states';
import { processRunner } from '@lego-moc/application/process-runner';
import { takeOverQuiet } from '@lego-moc/processes/process-watch';
import type { Scope } from '@lego-moc/service/scope';
import { ledgerCodec } from './adapters/event-store/ledger-codec.ts';
import { ledgerRoutes } from './adapters/http/ledger.route.ts';
import { ledgerFiles } from './adapters/ledger-files/read-ledger.ts';
import { ledgerSteps, type LedgerDependencies } from './application/ledger-steps.ts';
import { ledgerDecider } from './domain/ledger/ledger-import.ts';
import { ledgerImport } from './domain/ledger/ledger-process.ts';

/** With the quiet time of an instance: the delay until the import of a crashed process continues. */
const TAKE_OVER_EVERY_MS = 2_000;

/** Declares imports of ledgers: their process, the watch that continues it after a crash, and their routes. */
export const declareLedgers = (it: Scope, needs: Omit<LedgerDependencies, 'ledgers'>) => {
  const streams = it.streams(ledgerImport.name, ledgerCodec, ledgerDecider);
  const ledgerImports = foldedStates(ledgerDecider, streams);
  const runner = processRunner(ledgerImport, streams, ledgerSteps({ ...needs, ledgers: streams }), needs.now);

  const quiet = it.openInstances(ledgerImport, ledgerCodec);
  const takeOver = takeOverQuiet({ process: ledgerImport, runner, quiet, logger: it.logger, now: it.clock });
  it.every(TAKE_OVER_EVERY_MS, 'The watch over ledgers', takeOver);

  const run = (importId: string): void => {
    runner.runDueSteps(importId).catch((error: unknown) => {
      it.logger.warn('The import of a ledger has to wait', { importId, error });
    });
  };
  return {
    ledgerImports,
    streams,
    routes: [ledgerRoutes({ ...needs, ledgerImports, streams, files: ledgerFiles, run })],
  };
};
