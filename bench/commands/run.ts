/**
 * Measures the cost of a command: the wishlist service on its event store, beside the same decider on emmett and
 * emmett-postgresql, beside a service that only INSERTs and UPDATEs, and beside the least that any service on an event
 * store does. Compare ratios within one run.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startAuthority } from '../measuring/authority.ts';
import { withEarlier } from '../measuring/earlier.ts';
import type { NextRequest } from '../measuring/load.ts';
import { stopPrograms } from '../measuring/processes.ts';
import { FIGURES, machine, percent, print, times, type Aim, type Column } from '../measuring/report.ts';
import { compete, type Contestant, type Round } from '../measuring/rounds.ts';
import { startBeside, startStores, startWishlist } from './contestants.ts';
import { adding, editing, firstWishes, newUsers } from './users.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '8' },
    seconds: { type: 'string', default: '1' },
    only: { type: 'string' },
    profiles: { type: 'string' },
    keep: { type: 'string' },
  },
});

const USERS = 500;
const PACE = 500;

const COLUMNS: readonly Column[] = [
  { title: 'requests/s', figure: FIGURES.requestsPerSecond, digits: 0 },
  { title: 'CPU µs/request', figure: FIGURES.cpuUs, digits: 0 },
  { title: 'stores µs/request', figure: FIGURES.behindUs, digits: 0 },
  { title: `p50 ms at ${PACE}/s`, figure: FIGURES.p50Ms, digits: 2 },
  { title: 'p95 ms', figure: FIGURES.p95Ms, digits: 2 },
];

const throughput = (subject: Round, reference: Round): number =>
  FIGURES.requestsPerSecond(subject) / FIGURES.requestsPerSecond(reference);

const slowness = {
  compare: (subject: Round, reference: Round) => FIGURES.p95Ms(subject) / FIGURES.p95Ms(reference),
  show: times,
  atMost: 2,
};

const aims = (share: number): readonly Aim[] => [
  {
    label: 'throughput of the INSERT service',
    subject: 'wishlist',
    reference: 'insert',
    compare: throughput,
    show: percent,
    atLeast: share,
  },
  {
    label: "throughput of emmett's CommandHandler",
    subject: 'wishlist',
    reference: 'emmett',
    compare: throughput,
    show: times,
    atLeast: 2,
  },
  { label: `p95 of the INSERT service at ${PACE}/s`, subject: 'wishlist', reference: 'insert', ...slowness },
  { label: 'the same of one bare append, with nothing else', subject: 'append', reference: 'insert', ...slowness },
  {
    label: 'the same of one that is followed by a read model and told',
    subject: 'followed',
    reference: 'insert',
    ...slowness,
  },
];

const folder = mkdtempSync(join(tmpdir(), 'bench-commands-'));
const authority = await startAuthority();
try {
  const stores = await startStores(folder);
  const setting = { folder, stores, jwksUrl: authority.jwksUrl, profiles: values.profiles };
  const starters: readonly (() => Promise<Contestant>)[] = [
    () => startBeside('insert', setting),
    () => startBeside('emmett', setting),
    () => startBeside('append', setting),
    () => startBeside('followed', setting),
    () => startWishlist(setting),
  ];
  const contestants: Contestant[] = [];
  for (const start of starters) contestants.push(await start());
  const competing = contestants.filter(
    ({ name }) => values.only === undefined || values.only.split(',').includes(name),
  );
  const plan = {
    contestants: competing,
    rounds: Number(values.rounds),
    ms: Number(values.seconds) * 1_000,
    connections: 32,
    perSecond: PACE,
  };
  console.log(
    `${machine()}; ${plan.rounds} rounds of ${values.seconds} s, ${plan.connections} connections, ${USERS} users`,
  );

  const users = newUsers(USERS, authority.key);
  const wishes = new Map<string, readonly string[]>();
  for (const { name, port } of competing) wishes.set(name, await firstWishes(port, users));

  const additions = adding(users);
  const edits = new Map<string, NextRequest>();
  for (const [name, itemIds] of wishes) edits.set(name, editing(users, itemIds));

  const additionResults = await compete({ name: 'adding', next: () => additions }, plan);
  const editResults = await compete({ name: 'editing', next: ({ name }) => edits.get(name) ?? additions }, plan);
  print('Adding an item', withEarlier(values.keep, 'adding', additionResults), COLUMNS, aims(0.4));
  print('Editing an item', withEarlier(values.keep, 'editing', editResults), COLUMNS, aims(0.35));
} finally {
  await stopPrograms();
  authority.close();
  rmSync(folder, { recursive: true, force: true });
}
