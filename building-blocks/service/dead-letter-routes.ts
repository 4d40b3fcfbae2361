import type { Request, RequestHandler } from 'express';
import type { z } from 'zod';
import type { Cause } from '@lego-moc/application/event-streams';
import type { Visibility } from '@lego-moc/event-codec/codec';
import type { DeadLetter } from '@lego-moc/event-store/dead-letters/dead-letters';
import type { Operable } from '@lego-moc/event-store/operable';
import { systemClock } from '@lego-moc/application/clock';
import { ok, problem, type Reply } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import type { BulkAction, confirmedAction, DeadLetterView } from '@lego-moc/operations/contracts/dead-letters';
import { groupsOf, select, tokenOf } from '@lego-moc/operations/dead-letter-sets';
import { toShown } from '@lego-moc/operations/event-views';
import { causeOfChange } from './acting.ts';
import type { deadLetterContracts } from './dead-letter-contracts.ts';
import type { RecordAction } from './operator-actions.ts';
import { progressReply } from './progress-reply.ts';

/** What may be shown of a stream's events; `undefined`: nothing. */
export type VisibilityOf = (stream: string) => Visibility | undefined;

const NOTHING: Visibility = { shown: [] };

const toView = (letter: DeadLetter, visibilityOf: VisibilityOf): DeadLetterView => {
  const { id, number, reason, frame, parkedAt, link, groupKey, attempts, discardedAt, event } = letter;
  return {
    ...{ id, reason, link, groupKey, attempts, discardedAt, cameBack: attempts > 1 },
    number: String(number),
    frame: frame ?? null,
    parkedAt: parkedAt ?? null,
    event: event === undefined ? null : toShown(event, visibilityOf(event.stream) ?? NOTHING),
  };
};

const SAMPLE_SIZE = 10;

const setMoved = (count: number): Reply =>
  problem(
    409,
    'set-moved',
    'Other messages would be concerned than in the preview. Preview again, then confirm that.',
    {
      members: { count },
    },
  );
const REPLAY_RUNNING = problem(409, 'replay-running', 'Messages are being replayed here. Wait for the end of that.');

type Confirmation = z.output<typeof confirmedAction>;
type Needs<Item extends Operable> = {
  readonly contracts: ReturnType<typeof deadLetterContracts>;
  readonly find: (name: string, answer: (item: Item) => Promise<Reply>) => Promise<Reply>;
  readonly recordAction: RecordAction;
  readonly visibilityOf: VisibilityOf;
};

/** Answers with the messages that are concerned, unless they are not those that the operator has confirmed. */
const whenConfirmed = async (
  { name, deadLetters }: Operable,
  action: BulkAction,
  { selection, count, token }: Confirmation,
  answer: (messages: readonly DeadLetter[]) => Promise<Reply>,
): Promise<Reply> => {
  const messages = select(await deadLetters.list(), action, selection, systemClock());
  if (messages.length !== count || tokenOf(action, name, messages) !== token) return setMoved(messages.length);
  return answer(messages);
};

const idsOf = (messages: readonly DeadLetter[]): ReadonlySet<string> => new Set(messages.map(({ id }) => id));

const readingRoutes = <Item extends Operable>({ contracts, find, visibilityOf }: Needs<Item>): RequestHandler[] => [
  route(contracts.PREVIEW, ({ params, query: { action, selection } }) =>
    find(params.name, async ({ name, deadLetters }) => {
      const messages = select(await deadLetters.list(), action, selection, systemClock());
      const sample = messages.slice(0, SAMPLE_SIZE).map((message) => toView(message, visibilityOf));
      return ok({ action, target: name, count: messages.length, token: tokenOf(action, name, messages), sample });
    }),
  ),
  route(contracts.GROUPS, ({ params }) =>
    find(params.name, async ({ deadLetters }) =>
      ok({ groups: groupsOf((await deadLetters.list()).filter(({ discardedAt }) => discardedAt === null)) }),
    ),
  ),
  route(contracts.PARKED, ({ params, query: { limit, group, discarded } }) =>
    find(params.name, async ({ deadLetters }) => {
      const messages = (await deadLetters.list()).filter(
        ({ discardedAt, groupKey }) =>
          (discardedAt !== null) === discarded && (group === undefined || groupKey === group),
      );
      const views = messages.slice(0, limit).map((message) => toView(message, visibilityOf));
      return ok({ parked: views, total: messages.length });
    }),
  ),
];

type Change<Item> = {
  readonly item: Item;
  readonly confirmation: Confirmation;
  readonly request: Request;
  readonly cause: Cause;
};

const doneReply = ({ count, failed }: { readonly count: number; readonly failed: number }): Promise<Reply> =>
  progressReply((report) => {
    report({ phase: 'done', replayed: count, failed, total: count + failed });
    return Promise.resolve();
  });

/** Replays of one process: one at a time for each component, so that its consumer is never pressed. */
const createReplay = <Item extends Operable>(record: RecordAction) => {
  const namesUnderWay = new Set<string>();
  return async ({ item, confirmation, request, cause }: Change<Item>): Promise<Reply> => {
    const { name, deadLetters } = item;
    const before = await deadLetters.outcomeOf(cause.commandId);
    if (before !== undefined) return doneReply(before);
    if (namesUnderWay.has(name)) return REPLAY_RUNNING;
    namesUnderWay.add(name);
    const job = { isUnderWay: false };
    const end = (): void => void namesUnderWay.delete(name);
    try {
      return await whenConfirmed(item, 'replay', confirmation, async (messages) => {
        const { count, reason } = confirmation;
        await record(request, { action: 'replay', target: name, count, reason });
        job.isUnderWay = true;
        return progressReply(async (report) => {
          const reportProgress = (progress: object): void => report({ phase: 'replaying', ...progress });
          const result = await deadLetters.replay(idsOf(messages), cause, reportProgress).finally(end);
          report({ phase: 'done', ...result });
        });
      });
    } finally {
      if (!job.isUnderWay) end();
    }
  };
};

const createMark =
  <Item extends Operable>(record: RecordAction, action: 'discard' | 'restore') =>
  async ({ item, confirmation, request, cause }: Change<Item>): Promise<Reply> => {
    const { name, deadLetters } = item;
    const before = await deadLetters.outcomeOf(cause.commandId);
    if (before !== undefined) return ok({ count: before.count });
    return whenConfirmed(item, action, confirmation, async (messages) => {
      const { count, reason } = confirmation;
      await record(request, { action, target: name, count, reason });
      await deadLetters[action](idsOf(messages), cause);
      return ok({ count });
    });
  };

/** The routes `…/parked` of all operable components: look, preview, and act on what was previewed. */
export const deadLetterRoutes = <Item extends Operable>(needs: Needs<Item>): readonly RequestHandler[] => {
  const { contracts, find, recordAction } = needs;
  const changeRoute = (
    contract: typeof contracts.REPLAY | typeof contracts.DISCARD,
    change: (change: Change<Item>) => Promise<Reply>,
  ): RequestHandler =>
    route(contract, ({ params, body: confirmation, request }) => {
      const cause = causeOfChange(request);
      return find(params.name, (item) => change({ item, confirmation, request, cause }));
    });
  return [
    ...readingRoutes(needs),
    changeRoute(contracts.REPLAY, createReplay(recordAction)),
    changeRoute(contracts.DISCARD, createMark(recordAction, 'discard')),
    changeRoute(contracts.RESTORE, createMark(recordAction, 'restore')),
  ];
};
