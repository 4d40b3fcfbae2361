import { startWorkers, workerPool, type WorkerPool } from '@lego-moc/workers/worker-pool';
import { WorkerLost, type Task } from '@lego-moc/workers/worker-process';
import {
  ColumnsUnknown,
  ReaderLost,
  UnreadableFile,
  type Portion,
  type ReadPartsList,
} from '../../application/ports/parts-list-reader.ts';
import type { ReadingReply, ReadingRequest } from './reading-messages.ts';

/** Models are held whole, and become objects many times their size. */
const HEAP_MB_MAX = 768;

const MODULE = new URL('./reading-worker.ts', import.meta.url);

type ReadingPool = WorkerPool<ReadingRequest, ReadingReply>;
type ReadingTask = Task<ReadingRequest, ReadingReply>;

/** Starts a process that reads files. */
export const startReadingWorker = startWorkers<ReadingRequest, ReadingReply>({
  ...{ module: MODULE, heapMbMax: HEAP_MB_MAX },
});

/** Workers that read files, as many at once as the reading queue admits. */
export const readingWorkers = (workersMax: number, start = startReadingWorker): ReadingPool =>
  workerPool({ workersMax, waitingMax: workersMax, start });

const unreadable = ({ failure, sample }: Extract<ReadingReply, { type: 'unreadable' }>): UnreadableFile =>
  sample === undefined
    ? new UnreadableFile(failure.code, failure.detail, failure)
    : new ColumnsUnknown(failure.detail, failure, sample);

const nextReply = async (task: ReadingTask, signal: AbortSignal | undefined): Promise<ReadingReply> => {
  try {
    return await task.receive();
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof WorkerLost)) throw error;
    if (error.reason !== 'deadline') throw new ReaderLost('The process that read this file ended', error);
    throw new UnreadableFile('parsing-overdue', 'Reading this file took too long and was given up.');
  }
};

const exchange = async function* (
  task: ReadingTask,
  bytes: AsyncIterator<Uint8Array>,
  signal: AbortSignal | undefined,
): ReturnType<ReadPartsList> {
  for (;;) {
    const reply = await nextReply(task, signal);
    switch (reply.type) {
      case 'next-bytes': {
        const next = await bytes.next();
        task.send(next.done === true ? { type: 'end' } : { type: 'bytes', bytes: next.value });
        break;
      }
      case 'portion':
        // The worker reads on while this portion is stored: it is one portion ahead at most.
        task.send({ type: 'continue' });
        yield JSON.parse(reply.json) as Portion;
        break;
      case 'unreadable':
        task.complete();
        throw unreadable(reply);
      case 'bug':
        task.complete();
        throw new ReaderLost(`The reader of this file has a bug: ${reply.stack}`);
      case 'end':
        task.complete();
        return;
    }
  }
};

/**
 * Reads a list in a worker process: bytes go there as it asks for them, and portions of lots come back one by one.
 * Throws `ReaderLost` when the process ends before the file does.
 */
export const readInWorkers = (pool: ReadingPool, deadlineMs: number): ReadPartsList =>
  async function* (source, { mapping, signal } = {}) {
    const bytes = source[Symbol.asyncIterator]();
    try {
      using task = await pool.begin({ owner: '', deadlineMs, signal });
      task.send({ type: 'read', mapping });
      yield* exchange(task, bytes, signal);
    } finally {
      await bytes.return?.();
    }
  };
