#!/usr/bin/env node
import { readCommandLine, USAGE } from './server/command-line.ts';
import { startNode } from './server/start-node.ts';

const run = async (): Promise<void> => {
  const options = readCommandLine(process.argv.slice(2), process.env);
  if (options === 'help') {
    console.log(USAGE);
    return;
  }
  const node = await startNode(options);

  let shutdown: Promise<void> | undefined;
  const stop = (): void => {
    shutdown ??= node.stop().then(() => process.exit(0));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // Started by another process over IPC: do not outlive it.
  process.on('disconnect', stop);
  console.log(`Event store ready: ${node.connectionString}`);
};

run().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
