import type { EventStoreDBClient } from '@eventstore/db-client';
import type { References } from './references.ts';
import { compare, ms, percent, rate, share, type Line } from './report.ts';
import type { Sample } from './sampling.ts';
import { inTurns } from './turns.ts';
import { appendBatches, appendToMany, appendToOne, catchUp, consume, fill, fresh, read } from './workloads.ts';

/**
 * The promises: what EventStoreDB 23.10.7 reached in this harness, as shares of the echo: 30 to 37 % with 32 in flight,
 * 42 to 46 % consuming by a group, 39 to 107 % catching up. The rest is held against the echo as it compares with it.
 */
const PROMISED_SHARES = {
  oneInFlight: 0.6,
  append: 0.37,
  batches: 0.5,
  read: 0.6,
  catchUp: 0.39,
  consume: 0.46,
} as const;
/** How many appends a round makes at each width: about a second's worth. */
const WIDTHS: readonly (readonly [width: number, total: number, promised: number])[] = [
  [1, 400, PROMISED_SHARES.oneInFlight],
  [32, 4_000, PROMISED_SHARES.append],
  [10_000, 10_000, PROMISED_SHARES.append],
];

export const compareAppends = async (client: EventStoreDBClient, references: References): Promise<Line[]> => {
  const lines: Line[] = [];
  for (const [width, total, promised] of WIDTHS) {
    const samples = await inTurns({
      one: () => appendToOne(client, total, width),
      many: () => appendToMany(client, total, width),
      echo: () => appendToOne(references.echo, total, width),
      durable: () => appendToOne(references.durableEcho, total, width),
      lmdb: () => references.lmdbPuts(total, width),
      log: () => references.logAppends(total, width),
    });
    const { one, many, echo, durable, lmdb, log } = samples;
    const flight = `${width.toLocaleString('en')} in flight`;
    // A client with one append at a time waits for the disk, which an echo does not use.
    const [held, other] = width === 1 ? [durable, echo] : [echo, durable];
    const nameOf = (reference: Sample) => (reference === echo ? 'the echo' : 'a durable echo');
    lines.push(
      share(`one stream, ${flight}`, one.perSecond, held.perSecond, promised, nameOf(held)),
      share(`1,000 streams, ${flight}`, many.perSecond, held.perSecond, promised, nameOf(held)),
      {
        what: '',
        measured: `p50 ${ms(one.p50Ms)}, p99 ${ms(one.p99Ms)}`,
        reference: `${percent(one.perSecond, other.perSecond)} of ${nameOf(other)} at ${rate(other.perSecond)}`,
      },
      {
        what: '',
        measured: '',
        reference: `bare lmdb puts ${rate(lmdb.perSecond)}, bare group-fdatasync log ${rate(log.perSecond)}`,
      },
    );
    if (width === 1)
      lines.push({
        what: 'p50 of sequential appends',
        measured: ms(one.p50Ms),
        reference: 'promised 3 ms',
        isMet: one.p50Ms < 3,
      });
    if (width === 10_000) {
      const seconds = Math.max(one.seconds, many.seconds);
      lines.push({
        what: '10,000 at once',
        measured: `${seconds.toFixed(2)} s`,
        reference: 'aim 4 s, deadline 10 s',
        isMet: seconds < 4,
      });
    }
  }
  return lines;
};

/**
 * Measures the protocol and the rules where nothing waits for a disk. With one append in flight nothing is promised:
 * EventStoreDB was measured on disk.
 */
export const compareInMemory = async (inMemory: EventStoreDBClient, references: References): Promise<Line[]> => {
  const lines: Line[] = [];
  for (const [width, total, promised] of WIDTHS) {
    const { node, echo } = await inTurns({
      node: () => appendToOne(inMemory, total, width),
      echo: () => appendToOne(references.echo, total, width),
    });
    const label = `one stream, ${width.toLocaleString('en')} in flight`;
    lines.push(
      width === 1
        ? compare(label, node.perSecond, echo.perSecond, 'the echo')
        : share(label, node.perSecond, echo.perSecond, promised, 'the echo'),
    );
  }
  return lines;
};

export const compareBatches = async (client: EventStoreDBClient, references: References): Promise<Line[]> => {
  const { node, echo, durable } = await inTurns({
    node: () => appendBatches(client, 200, 100),
    echo: () => appendBatches(references.echo, 200, 100),
    durable: () => appendBatches(references.durableEcho, 200, 100),
  });
  return [
    share(
      'events in appends of 100',
      node.perSecond,
      durable.perSecond,
      PROMISED_SHARES.batches,
      'an echo with a group-fdatasync log',
    ),
    { what: '', measured: '', reference: `the echo alone ${rate(echo.perSecond)}` },
  ];
};

export const compareReading = async (client: EventStoreDBClient, references: References): Promise<Line[]> => {
  const events = 10_000;
  const stream = fresh();
  await fill(client, stream, events);
  const lines: Line[] = [];
  const kinds = [
    ['reading 10,000 events', read, PROMISED_SHARES.read],
    ['catching up on 10,000 events', catchUp, PROMISED_SHARES.catchUp],
    ['a group consuming 10,000 events', consume, PROMISED_SHARES.consume],
  ] as const;
  for (const [what, workload, promised] of kinds) {
    const { node, echo } = await inTurns({
      node: () => workload(client, stream, events),
      echo: () => workload(references.echo, stream, events),
    });
    lines.push(share(what, node.perSecond, echo.perSecond, promised, 'the echo'));
    if (workload === read)
      lines.push({
        what: '',
        measured: `${node.seconds.toFixed(2)} s`,
        reference: 'promised 1 s',
        isMet: node.seconds < 1,
      });
  }
  return lines;
};
