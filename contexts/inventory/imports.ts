import { foldedStates } from '@lego-moc/application/folded-states';
import { processRunner } from '@lego-moc/application/process-runner';
import { takeOverQuiet } from '@lego-moc/processes/process-watch';
import type { Scope } from '@lego-moc/service/scope';
import { importCodec } from './adapters/event-store/import-codec.ts';
import { importRoutes } from './adapters/http/imports.route.ts';
import { importSteps, type ImportDependencies } from './application/import-steps.ts';
import { stockImport } from './domain/imports/import-process.ts';
import { importDecider } from './domain/imports/stock-import.ts';

/** With the quiet time of an instance: the delay until the import of a crashed process continues. */
const TAKE_OVER_EVERY_MS = 2_000;

/** Declares imports into the stock: their process, the watch that continues it after a crash, and their routes. */
export const declareImports = (it: Scope, needs: ImportDependencies) => {
  const streams = it.streams(stockImport.name, importCodec, importDecider);
  const imports = foldedStates(importDecider, streams);
  const runner = processRunner(stockImport, streams, importSteps(needs), needs.now);

  const quiet = it.openInstances(stockImport, importCodec);
  const takeOver = takeOverQuiet({ process: stockImport, runner, quiet, logger: it.logger, now: it.clock });
  it.every(TAKE_OVER_EVERY_MS, 'The watch over imports', takeOver);

  const run = (importId: string): void => {
    runner.runDueSteps(importId).catch((error: unknown) => {
      it.logger.warn('An import has to wait', { importId, error });
    });
  };
  return { imports, streams, routes: importRoutes({ ...needs, imports, run }) };
};
