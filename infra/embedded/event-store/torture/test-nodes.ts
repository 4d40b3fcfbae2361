import { setTimeout as sleep } from 'node:timers/promises';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient, StreamNotFoundError } from '@eventstore/db-client';
import getPort from 'get-port';
import { readStream } from '../contract/events.ts';
import { startNodeProcess, type NodeProcess } from '../contract/node-process.ts';
import { injectFaults, whyNotTraceable } from './tracer.ts';

export type TestNode = {
  readonly directory: string;
  readonly port: number;
  node: NodeProcess;
  client: EventStoreDBClient;
};

const runningNodes = new Set<TestNode>();
let tracers: (() => Promise<void>)[] = [];

/** Longer than a node takes to move the events of its own start from its log to the tables. */
const IDLE_MS = 300;

/** A node in a process of its own, idle, for faults to be injected. */
export const startTestNode = async (
  directory = mkdtempSync(join(tmpdir(), 'event-store-faults-')),
): Promise<TestNode> => {
  const port = await getPort();
  const node = await startNodeProcess({ args: ['--db', directory, '--port', String(port)] });
  const testNode = { directory, port, node, client: EventStoreDBClient.connectionString(node.connectionString) };
  runningNodes.add(testNode);
  await sleep(IDLE_MS);
  return testNode;
};

export const killTestNode = async (testNode: TestNode) => {
  await testNode.node.end('SIGKILL');
  await testNode.client.dispose();
};

export const restartTestNode = async (testNode: TestNode) => {
  testNode.node = await startNodeProcess({ args: ['--db', testNode.directory, '--port', String(testNode.port)] });
  testNode.client = EventStoreDBClient.connectionString(testNode.node.connectionString);
};

/** Injects faults into the system calls of a node, of one of its files only if `file` names it. */
export const injectFault = async (testNode: TestNode, injection: string, file?: string) => {
  const path = file === undefined ? undefined : join(testNode.directory, file);
  const removeFault = await injectFaults(testNode.node.pid, [injection], path);
  tracers.push(removeFault);
  return removeFault;
};

export const removeTestNode = async (testNode: TestNode) => {
  await killTestNode(testNode);
  runningNodes.delete(testNode);
  rmSync(testNode.directory, { recursive: true, force: true });
};

export const isStored = async (client: EventStoreDBClient, stream: string): Promise<boolean> => {
  try {
    return (await readStream(client, stream)).length > 0;
  } catch (refusal) {
    if (refusal instanceof StreamNotFoundError) return false;
    throw refusal;
  }
};

const noTracing = whyNotTraceable();
export const itWithTracer = (outcome: string, test: (this: Mocha.Context) => Promise<void>) =>
  noTracing === undefined ? it(outcome, test).timeout(60_000) : it(`${outcome} (skipped: ${noTracing})`);

/** Ends the node after a failed test, too: no process stays behind. */
export const removeTestNodes = async () => {
  for (const removeFault of tracers) await removeFault();
  tracers = [];
  for (const testNode of runningNodes) await removeTestNode(testNode);
};
