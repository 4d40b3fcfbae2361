import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { z } from 'zod';
import type { Found, OpsClient } from './ops-client.ts';

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const complain = (text: string): void => void process.stderr.write(`${text}\n`);

const count = (number: number): string => number.toLocaleString('en');

const table = (rows: readonly (readonly string[])[]): string => {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

const HEADER = ['PROJECTION', 'SERVICE', 'STATE', 'LAG', 'PARKED', 'ROWS', 'GENERATION'];
const HEADER_OF_OTHERS = ['SUBSCRIPTION', ...HEADER.slice(1, 5)];

const common = ({ name, service, state, lag, parked: set }: Found): readonly string[] => [
  name,
  service,
  state,
  count(lag),
  count(set),
];

const isWell = ({ state, parked: set }: Found): boolean => state === 'live' && set === 0;

/** Prints all projections and all other subscriptions; tells whether all of them are live with nothing parked. */
export const list = async ({ everything }: OpsClient): Promise<boolean> => {
  const { projections, subscriptions, silent } = await everything();
  const rows = projections.map((each) => [...common(each), count(each.rows), String(each.generation)]);
  say(table([HEADER, ...rows]));
  say(`\n${table([HEADER_OF_OTHERS, ...subscriptions.map(common)])}`);
  if (silent.length > 0) say(`\nNo answer from: ${silent.join(', ')}`);
  return [...projections, ...subscriptions].every(isWell);
};

/** Prints all about one; tells whether it is live with nothing parked. */
export const status = async ({ find }: OpsClient, name: string): Promise<boolean> => {
  const one = await find(name);
  say(table(Object.entries(one).map(([member, value]) => [member, String(value)])));
  return isWell(one);
};

const progress = z.object({
  phase: z.string(),
  events: z.number().default(0),
  rows: z.number().default(0),
  elapsedMs: z.number().default(0),
  failed: z.number().default(0),
  firstFailure: z.string().optional(),
  reason: z.string().optional(),
});

const told = ({ phase, events, rows, elapsedMs, reason }: z.infer<typeof progress>): string => {
  if (reason !== undefined) return `${phase}: ${reason}`;
  const perSecond = elapsedMs === 0 ? 0 : Math.round((events / elapsedMs) * 1_000);
  return `${phase}: ${count(events)} events, ${count(rows)} rows, ${(elapsedMs / 1_000).toFixed(1)} s, ${count(perSecond)} events/s`;
};

/** Rebuilds and shows how far it is, on one line of a terminal. */
export const rebuild = async ({ find, ask }: OpsClient, name: string): Promise<boolean> => {
  const one = await find(name);
  if (one.kind === 'subscription')
    throw new Error(`${name} is a subscription without a read model: there is nothing to rebuild. See parked, replay`);
  const response = await ask(one, 'POST', '/rebuild');
  if (response.body === null) throw new Error('The rebuild answered nothing');
  let last: z.infer<typeof progress> | undefined;
  for await (const text of createInterface(Readable.fromWeb(response.body))) {
    last = progress.parse(JSON.parse(text));
    if (process.stdout.isTTY) process.stdout.write(`\r\u001b[K${told(last)}`);
    else say(told(last));
  }
  if (process.stdout.isTTY) process.stdout.write('\n');
  if (last !== undefined && last.failed > 0)
    complain(`${count(last.failed)} streams could not be read to their end, first ${last.firstFailure ?? 'unknown'}`);
  if (last?.phase === 'done') return last.failed === 0;
  complain('The rebuild broke off; readers still have the read model from before.');
  return false;
};

const parkedReply = z.object({
  parked: z.array(
    z.object({
      number: z.string(),
      reason: z.string(),
      parkedAt: z.string().nullable(),
      link: z.string(),
      event: z
        .object({ type: z.string(), eventId: z.string(), correlationId: z.string(), data: z.unknown() })
        .nullable(),
    }),
  ),
});

/** Prints what was given up on; tells whether that is nothing. */
export const parked = async ({ find, ask }: OpsClient, name: string): Promise<boolean> => {
  const response = await ask(await find(name), 'GET', '/parked');
  const { parked: messages } = parkedReply.parse(await response.json());
  if (messages.length === 0) say('Nothing is parked.');
  for (const { number, link, parkedAt, reason, event } of messages) {
    say(`#${number}  ${event?.type ?? 'event is gone'}  ${link}  parked ${parkedAt ?? 'at an unknown time'}`);
    say(`    ${reason}`);
    if (event !== null) {
      say(`    event ${event.eventId}, correlation ${event.correlationId}`);
      say(`    ${JSON.stringify(event.data).slice(0, 400)}`);
    }
  }
  return messages.length === 0;
};

/** Has all parked messages tried again. */
export const replay = async ({ find, ask }: OpsClient, name: string): Promise<boolean> => {
  const response = await ask(await find(name), 'POST', '/replay');
  const { replayed } = z.object({ replayed: z.number() }).parse(await response.json());
  say(replayed === 1 ? '1 message is tried again.' : `${count(replayed)} messages are tried again.`);
  return true;
};
