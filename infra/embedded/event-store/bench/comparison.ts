import type { EventStoreDBClient } from '@eventstore/db-client';
import type { References } from './references.ts';
import { ms, percent, rate, share, type Line } from './report.ts';
import type { Sample } from './sampling.ts';
import { inTurns } from './turns.ts';
import { appendBatches, appendToMany, appendToOne, catchUp, consume, fill, fresh, read } from './workloads.ts';

const SHARE_OF_ECHO = 0.6;
const SHARE_OF_LOG = 0.5;
/** How many appends a round makes at each width: about a second's worth. */
const WIDTHS: readonly (readonly [width: number, total: number])[] = [
  [1, 400],
  [32, 4_000],
  [10_000, 10_000],
];

export const compareAppends = async (client: EventStoreDBClient, references: References): Promise<Line[]> => {
  const lines: Line[] = [];
  for (const [width, total] of WIDTHS) {
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
    // Whoever waits for one append at a time waits for the disk, which an echo has none of.
    const [held, other] = width === 1 ? [durable, echo] : [echo, durable];
    const nameOf = (reference: Sample) => (reference === echo ? 'the echo' : 'a durable echo');
    lines.push(
      share(`one stream, ${flight}`, one.perSecond, held.perSecond, SHARE_OF_ECHO, nameOf(held)),
      share(`1,000 streams, ${flight}`, many.perSecond, held.perSecond, SHARE_OF_ECHO, nameOf(held)),
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

/** What the protocol and the rules cost where nothing waits for a disk. */
export const compareInMemory = async (inMemory: EventStoreDBClient, references: References): Promise<Line[]> => {
  const lines: Line[] = [];
  for (const [width, total] of WIDTHS) {
    const { node, echo } = await inTurns({
      node: () => appendToOne(inMemory, total, width),
      echo: () => appendToOne(references.echo, total, width),
    });
    const what = `one stream, ${width.toLocaleString('en')} in flight`;
    lines.push(share(what, node.perSecond, echo.perSecond, SHARE_OF_ECHO, 'the echo'));
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
      SHARE_OF_LOG,
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
    ['reading 10,000 events', read],
    ['catching up on 10,000 events', catchUp],
    ['a group consuming 10,000 events', consume],
  ] as const;
  for (const [what, workload] of kinds) {
    const { node, echo } = await inTurns({
      node: () => workload(client, stream, events),
      echo: () => workload(references.echo, stream, events),
    });
    lines.push(share(what, node.perSecond, echo.perSecond, SHARE_OF_ECHO, 'the echo'));
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
