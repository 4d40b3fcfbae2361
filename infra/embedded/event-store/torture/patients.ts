import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient, StreamNotFoundError } from '@eventstore/db-client';
import { readStream } from '../contract/events.ts';
import { freePort, startNodeProcess, type NodeProcess } from '../contract/node-process.ts';
import { tamperWith, tracingImpossible } from './tracer.ts';

export type Patient = {
  readonly directory: string;
  readonly port: number;
  node: NodeProcess;
  client: EventStoreDBClient;
};

const admitted = new Set<Patient>();
let tracers: (() => Promise<void>)[] = [];

/** A node in a process of its own, to be made ill. */
export const admit = async (directory = mkdtempSync(join(tmpdir(), 'event-store-faults-'))): Promise<Patient> => {
  const port = await freePort();
  const node = await startNodeProcess({ args: ['--db', directory, '--port', String(port)] });
  const patient = { directory, port, node, client: EventStoreDBClient.connectionString(node.connectionString) };
  admitted.add(patient);
  return patient;
};

export const kill = async (patient: Patient) => {
  await patient.node.end('SIGKILL');
  await patient.client.dispose();
};

export const revive = async (patient: Patient) => {
  patient.node = await startNodeProcess({ args: ['--db', patient.directory, '--port', String(patient.port)] });
  patient.client = EventStoreDBClient.connectionString(patient.node.connectionString);
};

/** Tampers with the calls of a node, those on one of its files only if `file` names it. */
export const tamper = async (patient: Patient, injection: string, file?: string) => {
  const path = file === undefined ? undefined : join(patient.directory, file);
  const heal = await tamperWith(patient.node.pid, [injection], path);
  tracers.push(heal);
  return heal;
};

export const discharge = async (patient: Patient) => {
  await kill(patient);
  admitted.delete(patient);
  rmSync(patient.directory, { recursive: true, force: true });
};

export const isStored = async (client: EventStoreDBClient, stream: string): Promise<boolean> => {
  try {
    return (await readStream(client, stream)).length > 0;
  } catch (refusal) {
    if (refusal instanceof StreamNotFoundError) return false;
    throw refusal;
  }
};

const impossible = tracingImpossible();
export const itWithTracer = (outcome: string, test: (this: Mocha.Context) => Promise<void>) =>
  impossible === undefined ? it(outcome, test).timeout(60_000) : it(`${outcome} (skipped: ${impossible})`);

/** A test that fails leaves nobody behind. */
export const dischargeAll = async () => {
  for (const heal of tracers) await heal();
  tracers = [];
  for (const patient of admitted) await discharge(patient);
};
