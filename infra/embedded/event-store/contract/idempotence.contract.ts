import {
  ANY,
  NO_STREAM,
  STREAM_EXISTS,
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
      it(`refuses a repeat that goes on with unknown events when ${name} is expected`, async () => {
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

    it('stores one copy when the repeats are concurrent', async () => {
      const stream = freshStream('twice');
      const events = bricksSorted(2);
      const answers = await Promise.all(
        Array.from({ length: 10 }, () =>
          server.client().appendToStream(stream, events, { expectedRevision: NO_STREAM }),
        ),
      );
      for (const answer of answers) expect(answer).to.deep.equal(answers[0]);
      expect(await readStream(server.client(), stream)).to.have.length(2);
    });

    it('stores the event in each stream that it is appended to', async () => {
      const [one, other] = [freshStream('one'), freshStream('other')];
      const [event] = bricksSorted(1);
      await server.client().appendToStream(one, event!);
      expect(await server.client().appendToStream(other, event!)).to.include({ nextExpectedRevision: 0n });
      expect(await readStream(server.client(), other)).to.have.length(1);
    });
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
  });
};
