import {
  ANY,
  NO_STREAM,
  STREAM_EXISTS,
  StreamDeletedError,
  WrongExpectedVersionError,
  type AppendExpectedRevision,
  type AppendToStreamOptions,
  type EventStoreDBClient,
} from '@eventstore/db-client';
import { expect } from 'chai';
import { bricksSorted, freshStream, rejectionOf } from './events.ts';
import type { Server } from './server.ts';

type Outcome = bigint | 'wrong' | 'deleted';
type Life = {
  readonly name: string;
  readonly live: (client: EventStoreDBClient, stream: string) => Promise<unknown>;
  readonly current: bigint | 'no_stream';
  readonly outcomes: readonly (readonly [AppendExpectedRevision, Outcome])[];
};

const threeEvents = (client: EventStoreDBClient, stream: string) => client.appendToStream(stream, bricksSorted(3));

const lives: readonly Life[] = [
  {
    name: 'that never existed',
    live: () => Promise.resolve(),
    current: 'no_stream',
    outcomes: [
      [ANY, 0n],
      [NO_STREAM, 0n],
      [STREAM_EXISTS, 'wrong'],
      [0n, 'wrong'],
      [5n, 'wrong'],
    ],
  },
  {
    name: 'with three events',
    live: threeEvents,
    current: 2n,
    outcomes: [
      [ANY, 3n],
      [STREAM_EXISTS, 3n],
      [2n, 3n],
      [NO_STREAM, 'wrong'],
      [0n, 'wrong'],
      [1n, 'wrong'],
      [3n, 'wrong'],
      [9n, 'wrong'],
    ],
  },
  {
    name: 'that has metadata only',
    live: (client, stream) => client.setStreamMetadata(stream, { maxCount: 9 }),
    current: 'no_stream',
    outcomes: [
      [ANY, 0n],
      [NO_STREAM, 0n],
      [STREAM_EXISTS, 0n],
      [0n, 'wrong'],
    ],
  },
  {
    name: 'deleted after three events',
    live: async (client, stream) => {
      await threeEvents(client, stream);
      await client.deleteStream(stream);
    },
    current: 2n,
    outcomes: [
      [ANY, 3n],
      [NO_STREAM, 3n],
      [2n, 3n],
      [STREAM_EXISTS, 'deleted'],
      [1n, 'wrong'],
      [3n, 'wrong'],
    ],
  },
  {
    name: 'with a tombstone',
    live: async (client, stream) => {
      await threeEvents(client, stream);
      await client.tombstoneStream(stream);
    },
    current: 2n,
    outcomes: [
      [ANY, 'deleted'],
      [NO_STREAM, 'deleted'],
      [STREAM_EXISTS, 'deleted'],
      [2n, 'deleted'],
      [9n, 'deleted'],
    ],
  },
];

/** Per-call credentials make the client use the older Append call instead of BatchAppend. */
const calls: readonly (readonly [string, AppendToStreamOptions])[] = [
  ['BatchAppend', {}],
  ['Append', { credentials: { username: 'admin', password: 'changeit' } }],
];

const title = (outcome: Outcome, expected: AppendExpectedRevision) =>
  typeof outcome === 'bigint'
    ? `accepts ${String(expected)} and answers with revision ${String(outcome)}`
    : `refuses ${String(expected)} (${outcome === 'wrong' ? 'WrongExpectedVersionError' : 'StreamDeletedError'})`;

const describeLife = (server: Server, life: Life, options: AppendToStreamOptions) => {
  for (const [expectedRevision, outcome] of life.outcomes) {
    it(title(outcome, expectedRevision), async () => {
      const stream = freshStream('expected');
      const client = server.client();
      await life.live(client, stream);

      const append = client.appendToStream(stream, bricksSorted(1, 3), { ...options, expectedRevision });
      if (typeof outcome === 'bigint') {
        expect(await append).to.include({ success: true, nextExpectedRevision: outcome });
        return;
      }

      const refusal = await rejectionOf(append);
      if (outcome === 'deleted') {
        expect(refusal).to.be.instanceOf(StreamDeletedError).and.include({ streamName: stream });
        return;
      }
      expect(refusal).to.be.instanceOf(WrongExpectedVersionError);
      expect(refusal).to.include({
        streamName: stream,
        expectedVersion: expectedRevision,
        actualVersion: life.current,
      });
    });
  }
};

export const expectedRevisionsContract = (server: Server): void => {
  for (const [call, options] of calls) {
    for (const life of lives) {
      describe(`appending through ${call} to a stream ${life.name}`, () => describeLife(server, life, options));
    }
  }

  describe('many writers expecting the same revision', () => {
    it('lets exactly one of them win', async () => {
      const stream = freshStream('race');
      const client = server.client();
      await client.appendToStream(stream, bricksSorted(1));
      const attempts = Array.from({ length: 20 }, (_, writer) =>
        client.appendToStream(stream, bricksSorted(1, writer), { expectedRevision: 0n }),
      );
      const outcomes = await Promise.allSettled(attempts);
      const failures = outcomes.filter((outcome) => outcome.status === 'rejected');
      expect(failures).to.have.length(19);
      for (const { reason } of failures) expect(reason).to.be.instanceOf(WrongExpectedVersionError);
    });

    it('answers success: false to a client with throwOnAppendFailure=false', async () => {
      const stream = freshStream('quiet');
      const quiet = server.connect('throwOnAppendFailure=false');
      await quiet.appendToStream(stream, bricksSorted(2));
      for (const [, options] of calls) {
        const outcome = await quiet.appendToStream(stream, bricksSorted(1), {
          ...options,
          expectedRevision: NO_STREAM,
        });
        expect(outcome.success).to.equal(false);
      }
    });
  });
};
