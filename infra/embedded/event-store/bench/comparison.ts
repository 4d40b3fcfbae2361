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
const WIDTHS: readonly (readonly [width: number, total: number, promisedShare: number])[] = [
  [1, 400, PROMISED_SHARES.oneInFlight],
  [32, 4_000, PROMISED_SHARES.append],
  [10_000, 10_000, PROMISED_SHARES.append],
];

export const compareAppends = async (client: EventStoreDBClient, references: References): Promise<Line[]> => {
  const lines: Line[] = [];
  for (const [width, total, promisedShare] of WIDTHS) {
    const samples = await inTurns({
      oneStream: () => appendToOne(client, total, width),
      manyStreams: () => appendToMany(client, total, width),
      echo: () => appendToOne(references.echo, total, width),
      durable: () => appendToOne(references.durableEcho, total, width),
      lmdb: () => references.lmdbPuts(total, width),
      log: () => references.logAppends(total, width),
    });
    const { oneStream, manyStreams, echo, durable, lmdb, log } = samples;
    const flight = `${width.toLocaleString('en')} in flight`;
    // A client with one append at a time waits for the disk, which an echo does not use.
    const [reference, other] = width === 1 ? [durable, echo] : [echo, durable];
    const nameOf = (reference: Sample) => (reference === echo ? 'the echo' : 'a durable echo');
    lines.push(
      share(`one stream, ${flight}`, oneStream.perSecond, reference.perSecond, promisedShare, nameOf(reference)),
      share(`1,000 streams, ${flight}`, manyStreams.perSecond, reference.perSecond, promisedShare, nameOf(reference)),
      {
        label: '',
        measurement: `p50 ${ms(oneStream.p50Ms)}, p99 ${ms(oneStream.p99Ms)}`,
        reference: `${percent(oneStream.perSecond, other.perSecond)} of ${nameOf(other)} at ${rate(other.perSecond)}`,
      },
      {
        label: '',
        measurement: '',
        reference: `bare lmdb puts ${rate(lmdb.perSecond)}, bare group-fdatasync log ${rate(log.perSecond)}`,
      },
    );
    if (width === 1)
      lines.push({
        label: 'p50 of sequential appends',
        measurement: ms(oneStream.p50Ms),
        reference: 'promised 3 ms',
        isMet: oneStream.p50Ms < 3,
      });
    if (width === 10_000) {
      const seconds = Math.max(oneStream.seconds, manyStreams.seconds);
      lines.push({
        label: '10,000 at once',
        measurement: `${seconds.toFixed(2)} s`,
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
  for (const [width, total, promisedShare] of WIDTHS) {
    const { node, echo } = await inTurns({
      node: () => appendToOne(inMemory, total, width),
      echo: () => appendToOne(references.echo, total, width),
    });
    const label = `one stream, ${width.toLocaleString('en')} in flight`;
    lines.push(
      width === 1
        ? compare(label, node.perSecond, echo.perSecond, 'the echo')
        : share(label, node.perSecond, echo.perSecond, promisedShare, 'the echo'),
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
    { label: '', measurement: '', reference: `the echo alone ${rate(echo.perSecond)}` },
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
  for (const [label, workload, promisedShare] of kinds) {
    const { node, echo } = await inTurns({
      node: () => workload(client, stream, events),
      echo: () => workload(references.echo, stream, events),
    });
    lines.push(share(label, node.perSecond, echo.perSecond, promisedShare, 'the echo'));
    if (workload === read)
      lines.push({
        label: '',
        measurement: `${node.seconds.toFixed(2)} s`,
        reference: 'promised 1 s',
        isMet: node.seconds < 1,
      });
  }
  return lines;
};
