import { serveTasks, type TaskExchange } from '@lego-moc/workers/serve-tasks';
import { ColumnsUnknown, UnreadableFile } from '../../application/ports/parts-list-reader.ts';
import type { ReadingReply, ReadingRequest } from './reading-messages.ts';
import { readPartsList } from './read-parts-list.ts';

/** Twice what the largest archive and the largest list take. */
const LIMITS = { rssMax: 1_280 * 1_024 * 1_024, cpuMsMax: 120_000 };

const failureReply = (error: unknown): ReadingReply => {
  if (!(error instanceof UnreadableFile))
    return { type: 'bug', stack: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  const sample = error instanceof ColumnsUnknown ? error.sample : undefined;
  return { type: 'unreadable', failure: error.failure, sample };
};

/** Asks one thing at a time: streams ask for bytes ahead, while a portion is on its way. */
const inTurn = (exchange: TaskExchange<ReadingRequest, ReadingReply>) => {
  let turn: Promise<unknown> = Promise.resolve();
  let isOver = false;
  return {
    ask: (reply: ReadingReply): Promise<ReadingRequest> => {
      const answer = turn.then((): Promise<ReadingRequest> => {
        if (isOver) return Promise.resolve({ type: 'end' });
        exchange.send(reply);
        return exchange.receive();
      });
      turn = answer;
      return answer;
    },
    /** Nothing is asked any more, so that every answer belongs to this file. */
    finish: async (reply: ReadingReply): Promise<void> => {
      turn = turn.then(() => {
        isOver = true;
        exchange.send(reply);
      });
      await turn;
    },
  };
};

serveTasks<ReadingRequest, ReadingReply>(LIMITS, async (first, exchange) => {
  const { ask, finish } = inTurn(exchange);
  const mapping = first.type === 'read' ? first.mapping : undefined;
  const bytes = async function* (): AsyncGenerator<Uint8Array> {
    for (;;) {
      const request = await ask({ type: 'next-bytes' });
      if (request.type !== 'bytes') return;
      yield request.bytes;
    }
  };
  try {
    for await (const portion of readPartsList(bytes(), { mapping }))
      await ask({ type: 'portion', json: JSON.stringify(portion) });
    await finish({ type: 'end' });
  } catch (error) {
    await finish(failureReply(error));
  }
});
