import { StreamNotFoundError, type EventStoreDBClient } from '@eventstore/db-client';
import { ids, readAll, readStream } from '../contract/events.ts';
import * as model from '../contract/stream-model.ts';
import type { Ledger } from './writers.ts';

const readIds = async (client: EventStoreDBClient, stream: string): Promise<model.Page> => {
  try {
    return ids(await readStream(client, stream));
  } catch (refusal) {
    if (refusal instanceof StreamNotFoundError) return 'not-found';
    throw refusal;
  }
};

const isSamePage = (page: model.Page, otherPage: model.Page): boolean =>
  JSON.stringify(page) === JSON.stringify(otherPage);

/** Writers of shared streams expect any revision: an append that they repeat after a kill is stored again. */
const holdsAll = (page: model.Page, expected: ReadonlySet<string>): boolean =>
  Array.isArray(page) && new Set(page).symmetricDifference(expected).size === 0;

/** All differences between the store and the ledger; none if all is well. */
export const findDifferences = async (client: EventStoreDBClient, ledger: Ledger): Promise<string[]> => {
  const differences: string[] = [];
  for (const [name, stream] of ledger.own) {
    const page = await readIds(client, name);
    if (!isSamePage(page, model.read(stream, 'forwards', 0, Infinity)))
      differences.push(`${name} differs from its model`);
  }
  for (const [name, expected] of ledger.shared) {
    const page = await readIds(client, name);
    if (expected.size > 0 && !holdsAll(page, expected)) differences.push(`${name} does not hold its events`);
  }
  return [...differences, ...(await findDifferencesInAll(client, ledger))];
};

const findDifferencesInAll = async (client: EventStoreDBClient, ledger: Ledger): Promise<string[]> => {
  const differences: string[] = [];
  const all = await readAll(client);
  const byStream = Map.groupBy(all, ({ event }) => event?.streamId ?? '');
  for (const [name, { ids: expected }] of ledger.own) {
    if (!isSamePage(ids(byStream.get(name) ?? []), expected))
      differences.push(`$all differs from the model of ${name}`);
  }
  for (const [name, expected] of ledger.shared) {
    if (!holdsAll(ids(byStream.get(name) ?? []), expected))
      differences.push(`$all does not hold the events of ${name}`);
  }
  let last = -1n;
  for (const { event } of all) {
    if (event === undefined || event.position.commit <= last) differences.push('the positions in $all do not ascend');
    last = event?.position.commit ?? last;
  }
  return differences;
};
