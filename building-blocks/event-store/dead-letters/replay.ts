import type { Cause } from '@lego-moc/application/event-streams';
import type { EventStoreClient } from '../connect.ts';
import type { DeliveredEvent } from '../delivered-event.ts';
import { failureReason } from '../handle-with-retries.ts';
import { isOutage } from '../outage.ts';
import { appendMark } from './marks.ts';
import { ownFrameOf } from './own-frame.ts';
import { parseReason } from './parking-reason.ts';

/** How far a replay is. */
export type ReplayProgress = { readonly replayed: number; readonly failed: number; readonly total: number };

type Message = { readonly id: string; readonly link: string; readonly event: DeliveredEvent | undefined };
type Failure = { readonly reason: string; readonly frame: string | null };

/** What became of a message; without a failure it was handled. */
type Outcome = Pick<Message, 'id' | 'link'> & { readonly failure?: Failure };

/** Messages whose outcome is recorded together: one event stays small. */
const RECORDED_TOGETHER = 100;

/** Handles a message once. Throws the failure of something that its consumer stands on. */
const replayOne = async (
  { id, link, event }: Message,
  handle: (event: DeliveredEvent) => Promise<void>,
): Promise<Outcome> => {
  if (event === undefined) return { id, link }; // the event is gone: there is nothing to handle
  try {
    await handle(event);
    return { id, link };
  } catch (error) {
    if (isOutage(error)) throw error;
    const { reason } = parseReason(failureReason(error));
    return { id, link, failure: { reason, frame: ownFrameOf(error) ?? null } };
  }
};

/** Records outcomes on the stream of the group's marks, a hundred at a time. */
const outcomeRecorder = (client: EventStoreClient, group: string, cause: Cause) => {
  let outcomes: Outcome[] = [];
  let part = 0;
  const flush = async (): Promise<void> => {
    if (outcomes.length === 0) return;
    const data = {
      settled: outcomes.flatMap(({ id, link, failure }) => (failure === undefined ? { id, link } : [])),
      failed: outcomes.flatMap(({ id, link, failure }) => (failure === undefined ? [] : { id, link, ...failure })),
    };
    await appendMark(client, group, { type: 'operations.MessagesReplayed', data, part }, cause);
    outcomes = [];
    part += 1;
  };
  const add = async (outcome: Outcome): Promise<void> => {
    outcomes.push(outcome);
    if (outcomes.length === RECORDED_TOGETHER) await flush();
  };
  return { add, flush };
};

/**
 * Lets the consumer handle messages, one after the other, and records what became of them. Throws the failure of
 * something that it stands on: nothing is said of the messages behind it then.
 */
export const replayMessages = async <Item extends Message>(
  { client, group, cause }: { readonly client: EventStoreClient; readonly group: string; readonly cause: Cause },
  messages: readonly Item[],
  handle: (message: Item, event: DeliveredEvent) => Promise<void>,
  onProgress: (progress: ReplayProgress) => void = () => undefined,
): Promise<ReplayProgress> => {
  const counts = { replayed: 0, failed: 0, total: messages.length };
  const recorder = outcomeRecorder(client, group, cause);
  onProgress({ ...counts });
  try {
    for (const message of messages) {
      const outcome = await replayOne(message, (event) => handle(message, event));
      counts[outcome.failure === undefined ? 'replayed' : 'failed'] += 1;
      await recorder.add(outcome);
      onProgress({ ...counts });
    }
  } finally {
    await recorder.flush();
  }
  return counts;
};
