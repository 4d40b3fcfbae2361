import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { SaxesParser } from 'saxes';
import type { Portion } from '../application/ports/parts-list-reader.ts';
import { readingWorkers, readInWorkers } from '../adapters/parts-list-files/read-in-workers.ts';
import { listOf, type ListKind } from './lists.ts';

const DEADLINE_MS = 300_000;

/** Reads lists in one worker process, as the service does. */
export const startReader = () => readInWorkers(readingWorkers(1), DEADLINE_MS);

/** Reads a list to its end; returns the number of its lots. */
export const countLots = async (portions: AsyncIterable<Portion>): Promise<number> => {
  let count = 0;
  for await (const { lots } of portions) count += lots.length;
  return count;
};

/** What the parser underneath takes for the same bytes, in this process, keeping nothing. */
export const readBare: Readonly<Record<ListKind, (list: Buffer) => Promise<number>>> = {
  'Rebrickable CSV': async (list) => {
    let rows = 0;
    for await (const row of Readable.from([list]).pipe(parse())) rows += (row as string[]).length > 0 ? 1 : 0;
    return rows - 1;
  },
  'BrickLink XML': (list) => {
    let items = 0;
    const parser = new SaxesParser();
    parser.on('closetag', ({ name }) => (items += name === 'ITEM' ? 1 : 0));
    parser.write(list.toString()).close();
    return Promise.resolve(items);
  },
};

const childrenOf = (pid: number): readonly number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);

const peakMiBOf = (pid: number): number =>
  Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024;

/** The most memory that a new worker process ever held to read a list of so many bytes, in MiB. */
export const peakOf = async (kind: ListKind, bytes: number): Promise<{ lots: number; peakMiB: number }> => {
  const earlier = new Set(childrenOf(process.pid));
  const lots = await countLots(startReader()(listOf(kind, bytes)));
  const workers = childrenOf(process.pid).filter((pid) => !earlier.has(pid));
  return { lots, peakMiB: Math.max(...workers.map(peakMiBOf)) };
};
