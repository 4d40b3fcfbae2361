import {
  ANY,
  DeadlineExceededError,
  NO_STREAM,
  STREAM_EXISTS,
  StreamNotFoundError,
  TimeoutError,
  WrongExpectedVersionError,
  type AppendExpectedRevision,
} from '@eventstore/db-client';
import { expect } from 'chai';
import { bricksSorted, freshStream, ids, readStream, rejectionOf } from './events.ts';
import type { Server } from './server.ts';

const repeatable: readonly (readonly [string, AppendExpectedRevision])[] = [
  ['any', ANY],
  ['stream_exists', STREAM_EXISTS],
  ['the exact revision', 0n],
];

const calls = [
  ['BatchAppend', {}, DeadlineExceededError],
  ['Append', { credentials: { username: 'admin', password: 'changeit' } }, TimeoutError],
] as const;

export const idempotenceContract = (server: Server): void => {
  describe('repeating an append with the same event ids', () => {
    for (const [name, expectedRevision] of repeatable) {
      it(`answers as the first time when ${name} is expected`, async () => {
        const stream = freshStream('repeat');
        const client = server.client();
        await client.appendToStream(stream, bricksSorted(1));
        const events = bricksSorted(3, 1);
        const first = await client.appendToStream(stream, events, { expectedRevision });
        const second = await client.appendToStream(stream, events, { expectedRevision });
        expect(second).to.deep.equal(first);
        expect(second.nextExpectedRevision).to.equal(3n);
        expect(await readStream(client, stream)).to.have.length(4);
      });
    }

    it('answers as the first time when no stream was expected', async () => {
      const stream = freshStream('repeat');
      const events = bricksSorted(2);
      const append = () => server.client().appendToStream(stream, events, { expectedRevision: NO_STREAM });
      expect(await append()).to.deep.equal(await append());
      expect(ids(await readStream(server.client(), stream))).to.deep.equal(ids(events));
    });

    it('answers as the first time although others have appended since', async () => {
      const stream = freshStream('repeat');
      const client = server.client();
      const events = bricksSorted(2);
      const first = await client.appendToStream(stream, events, { expectedRevision: NO_STREAM });
      await client.appendToStream(stream, bricksSorted(5, 2));
      expect(await client.appendToStream(stream, events, { expectedRevision: NO_STREAM })).to.deep.equal(first);
      expect(await readStream(client, stream)).to.have.length(7);
    });

    it('accepts a repeated beginning of the append', async () => {
      const stream = freshStream('repeat');
      const events = bricksSorted(3);
      await server.client().appendToStream(stream, events, { expectedRevision: NO_STREAM });
      const again = await server.client().appendToStream(stream, events.slice(0, 2), { expectedRevision: NO_STREAM });
      expect(again.nextExpectedRevision).to.equal(1n);
      expect(await readStream(server.client(), stream)).to.have.length(3);
    });

    for (const [name, expectedRevision] of repeatable) {
      it(`refuses a repetition with further, unknown events when ${name} is expected`, async () => {
        const stream = freshStream('corrupt');
        const client = server.client();
        await client.appendToStream(stream, bricksSorted(1));
        const events = bricksSorted(2, 1);
        await client.appendToStream(stream, events, { expectedRevision });
        const longer = [...events, ...bricksSorted(1, 3)];
        const refusal = await rejectionOf(client.appendToStream(stream, longer, { expectedRevision }));
        expect(refusal).to.be.instanceOf(WrongExpectedVersionError);
        expect(await readStream(client, stream)).to.have.length(3);
      });
    }

    it('recognises an event only in the stream that stored it first, when any revision is expected', async () => {
      const [first, second] = [freshStream('one'), freshStream('other')];
      const event = bricksSorted(1);
      const revisions: bigint[] = [];
      for (const stream of [first, second, first, second]) {
        revisions.push((await server.client().appendToStream(stream, event)).nextExpectedRevision);
      }
      expect(revisions).to.deep.equal([0n, 0n, 0n, 1n]);
    });

    it('answers six events of one id with revision 5, and their repetition with revision 0', async () => {
      const stream = freshStream('same');
      const [event] = bricksSorted(1);
      const append = () =>
        server.client().appendToStream(
          stream,
          Array.from({ length: 6 }, () => event!),
        );
      expect((await append()).nextExpectedRevision).to.equal(5n);
      expect((await append()).nextExpectedRevision).to.equal(0n);
      expect(await readStream(server.client(), stream)).to.have.length(6);
    });

    it('answers without a position on a soft-deleted stream', async () => {
      const stream = freshStream('deleted');
      const events = bricksSorted(2);
      const append = () => server.client().appendToStream(stream, events, { expectedRevision: NO_STREAM });
      await append();
      await server.client().deleteStream(stream);
      const answer = await append();
      expect(answer.nextExpectedRevision).to.equal(1n);
      expect(answer.position).to.equal(undefined);
      expect(await rejectionOf(readStream(server.client(), stream))).to.be.instanceOf(StreamNotFoundError);
    });

    it('stores the event in each stream that it is appended to', async () => {
      const [first, second] = [freshStream('one'), freshStream('other')];
      const [event] = bricksSorted(1);
      await server.client().appendToStream(first, event!);
      expect(await server.client().appendToStream(second, event!)).to.include({ nextExpectedRevision: 0n });
      expect(await readStream(server.client(), second)).to.have.length(1);
    });
  });

  describe('ten identical appends at once', () => {
    for (const [call, options, timeout] of calls) {
      it(`through ${call}: one copy is stored, and those that came before it was durable time out`, async function () {
        this.timeout(20_000);
        const stream = freshStream('twins');
        const events = bricksSorted(2);
        const append = () =>
          server.client().appendToStream(stream, events, { ...options, expectedRevision: NO_STREAM });
        const answers = await Promise.allSettled(Array.from({ length: 10 }, append));
        const results = answers.filter((answer) => answer.status === 'fulfilled').map(({ value }) => value);
        const failures = answers
          .filter((answer) => answer.status === 'rejected')
          .map(({ reason }) => reason as unknown);
        expect(results.length).to.be.above(0);
        expect(failures.length).to.be.above(0);
        for (const reason of failures) expect(reason).to.be.instanceOf(timeout);
        const again = await append();
        for (const answer of results) expect(answer).to.deep.equal(again);
        expect(await readStream(server.client(), stream)).to.have.length(2);
      });
    }
  });

  describe('repeating an append after a restart', () => {
    server.itAfterRestart('answers as the first time when a revision was expected', async function () {
      this.timeout(60_000);
      const stream = freshStream('repeat');
      const events = bricksSorted(2);
      const append = () => server.client().appendToStream(stream, events, { expectedRevision: NO_STREAM });
      const first = await append();
      await server.restart();
      expect(await append()).to.deep.equal(first);
      expect(await readStream(server.client(), stream)).to.have.length(2);
    });

    server.itAfterRestart('stores the events again when any revision was expected', async function () {
      this.timeout(60_000);
      const stream = freshStream('repeat');
      const events = bricksSorted(2);
      expect((await server.client().appendToStream(stream, events)).nextExpectedRevision).to.equal(1n);
      await server.restart();
      expect((await server.client().appendToStream(stream, events)).nextExpectedRevision).to.equal(3n);
      expect(await readStream(server.client(), stream)).to.have.length(4);
    });
  });
};
