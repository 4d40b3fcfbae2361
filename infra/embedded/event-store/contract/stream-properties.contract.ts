import { randomUUID } from 'node:crypto';
import {
  jsonEvent,
  StreamDeletedError,
  StreamNotFoundError,
  WrongExpectedVersionError,
  type EventStoreDBClient,
} from '@eventstore/db-client';
import { expect } from 'chai';
import fc from 'fast-check';
import { freshStream, ids, readStream } from './events.ts';
import type { Server } from './server.ts';
import * as model from './stream-model.ts';

const expected = fc.oneof(
  { weight: 3, arbitrary: fc.constant('current' as const) },
  { weight: 2, arbitrary: fc.constantFrom('any', 'no_stream', 'stream_exists') },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 12 }).map(BigInt) },
);
const deletable = expected.filter((value) => value !== 'stream_exists');

const action = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('append'), expected, count: fc.integer({ min: 0, max: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('repeat'), longerBy: fc.integer({ min: 0, max: 1 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete'), expected: deletable }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('bury'), expected: deletable }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('describe'),
      maxCount: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
      truncateBefore: fc.option(fc.integer({ min: 0, max: 10 }), { nil: undefined }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('read'),
      direction: fc.constantFrom('forwards', 'backwards'),
      from: fc.integer({ min: 0, max: 12 }),
      maxCount: fc.integer({ min: 1, max: 8 }),
    }),
  },
);
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

const answerOf = async (attempt: Promise<{ nextExpectedRevision?: bigint }>): Promise<model.Answer> => {
  try {
    return { revision: (await attempt).nextExpectedRevision ?? 0n };
  } catch (refusal) {
    if (refusal instanceof WrongExpectedVersionError) return 'wrong';
    if (refusal instanceof StreamDeletedError) return 'deleted';
    throw refusal;
  }
};

const pageOf = async (attempt: Promise<Parameters<typeof ids>[0]>): Promise<model.Page> => {
  try {
    return ids(await attempt);
  } catch (refusal) {
    if (refusal instanceof StreamNotFoundError) return 'not-found';
    if (refusal instanceof StreamDeletedError) return 'deleted';
    throw refusal;
  }
};

const kindOf = (answer: model.Answer) => (typeof answer === 'string' ? answer : 'accepted');

/**
 * Applies the same operation to a real stream and to the model, and compares the answers. No append is repeated on a
 * deleted stream: releases of the server differ in that case.
 */
const twins = (client: () => EventStoreDBClient) => {
  const name = freshStream('property');
  let stream = model.newStream;
  let last: { expected: model.Expected; ids: string[] } | undefined;
  const resolveExpected = (value: 'current' | model.Expected): model.Expected => {
    if (value !== 'current') return value;
    const revision = model.lastRevision(stream);
    return revision < 0n ? 'no_stream' : revision;
  };

  const append = async (expectedRevision: model.Expected, ids: string[]) => {
    const [next, predictedAnswer] = model.append(stream, expectedRevision, ids);
    const events = ids.map((id) => jsonEvent({ id, type: 'BricksSorted', data: {} }));
    const answer = await answerOf(client().appendToStream(name, events, { expectedRevision }));
    // An append of no events to an empty stream has no last revision to return.
    if (ids.length === 0) expect(kindOf(answer)).to.equal(kindOf(predictedAnswer));
    else expect(answer).to.deep.equal(predictedAnswer);
    stream = next;
  };

  const appendNew = async (count: number, expectedRevision: model.Expected) => {
    last = { expected: expectedRevision, ids: Array.from({ length: count }, () => randomUUID()) };
    await append(last.expected, last.ids);
  };

  const repeatLast = async (longerBy: number) => {
    if (last === undefined || stream.life === 'deleted') return;
    await append(last.expected, [...last.ids, ...Array.from({ length: longerBy }, () => randomUUID())]);
  };

  const remove = async (value: 'current' | model.Expected, bury: boolean) => {
    const expectedRevision = resolveExpected(value) as Exclude<model.Expected, 'stream_exists'>;
    const [next, predictedAnswer] = model.remove(stream, expectedRevision, bury);
    const answer = answerOf(
      bury
        ? client()
            .tombstoneStream(name, { expectedRevision })
            .then(() => ({}))
        : client()
            .deleteStream(name, { expectedRevision })
            .then(() => ({})),
    );
    expect(kindOf(await answer)).to.equal(kindOf(predictedAnswer));
    stream = next;
  };

  const compare = async (direction: 'forwards' | 'backwards', from: number | 'end', maxCount: number) => {
    const fromRevision = from === 'end' ? 'end' : BigInt(from);
    const page = await pageOf(readStream(client(), name, { direction, fromRevision, maxCount }));
    expect(page).to.deep.equal(model.read(stream, direction, from, maxCount));
  };

  const perform = async (next: Action): Promise<void> => {
    switch (next.kind) {
      case 'append':
        return appendNew(next.count, resolveExpected(next.expected));
      case 'repeat':
        return repeatLast(next.longerBy);
      case 'delete':
      case 'bury':
        return remove(next.expected, next.kind === 'bury');
      case 'describe': {
        const { maxCount, truncateBefore } = next;
        const metadata = { ...(maxCount && { maxCount }), ...(truncateBefore !== undefined && { truncateBefore }) };
        const [describedStream, predictedAnswer] = model.describe(stream, metadata);
        expect(kindOf(await answerOf(client().setStreamMetadata(name, metadata)))).to.equal(kindOf(predictedAnswer));
        stream = describedStream;
        return;
      }
      case 'read':
        return compare(next.direction, next.from, next.maxCount);
    }
  };

  return {
    perform,
    /** After a restart a server does not recognise earlier appends with `any`, so none of them is repeated then. */
    forgetLast: () => {
      last = undefined;
    },
    agree: async () => {
      await compare('forwards', 0, 100);
      await compare('backwards', 'end', 100);
    },
  };
};

export const streamPropertiesContract = (server: Server): void => {
  describe('a random history of a stream', () => {
    it('is answered and read as in the model', async function () {
      this.timeout(60_000);
      await fc.assert(
        fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 30 }), async (actions) => {
          const pair = twins(server.client);
          for (const next of actions) await pair.perform(next);
          await pair.agree();
        }),
        { numRuns: 60 },
      );
    });

    server.itAfterRestart('is the same after a restart', async function () {
      this.timeout(90_000);
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(action, { maxLength: 12 }), { minLength: 4, maxLength: 8 }),
          async (histories) => {
            const pairs = histories.map((history) => ({ history, pair: twins(server.client) }));
            for (const { history, pair } of pairs) for (const next of history) await pair.perform(next);
            await server.restart();
            for (const { pair } of pairs) {
              await pair.agree();
              pair.forgetLast();
            }
            for (const { history, pair } of pairs) for (const next of history) await pair.perform(next);
          },
        ),
        { numRuns: 4 },
      );
    });
  });
};
