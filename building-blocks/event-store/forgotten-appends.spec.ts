import { PassThrough } from 'node:stream';
import type { EventStoreDBClient } from '@eventstore/db-client';
import { expect } from 'chai';
import { passOverForgottenAppends } from './forgotten-appends.ts';

/** A client whose stream hands each answer to `listener`, opened under `name`. */
const openStream = (name: string, listener: (answer: unknown) => void): PassThrough => {
  const answers = new PassThrough({ objectMode: true });
  const client = { GRPCStreamCreator: (_client: unknown, _name: string, creator: () => PassThrough) => creator };
  passOverForgottenAppends(client as unknown as EventStoreDBClient);
  const open = client.GRPCStreamCreator(undefined, name, () => answers.on('data', listener));
  return open();
};

/** What the client does with an answer to an append that is not in its list. */
const takeApartNothing = (): void => {
  const [resolve] = new Map<string, [() => void]>().get('forgotten') as [() => void];
  resolve();
};

describe('passOverForgottenAppends', () => {
  it('hands answers to the client', () => {
    const answers: unknown[] = [];
    openStream('appendToStream', (answer) => answers.push(answer)).emit('data', 'stored');
    expect(answers).to.deep.equal(['stored']);
  });

  it('survives an answer to an append that the client does not know', () => {
    const stream = openStream('appendToStream', takeApartNothing);
    expect(() => stream.emit('data', 'stored')).not.to.throw();
  });

  it('throws any other error, and every error of other streams', () => {
    const fail = (): void => {
      throw new RangeError('of ours');
    };
    expect(() => openStream('appendToStream', fail).emit('data', 'stored')).to.throw('of ours');
    expect(() => openStream('readStream', takeApartNothing).emit('data', 'stored')).to.throw(TypeError);
  });
});
