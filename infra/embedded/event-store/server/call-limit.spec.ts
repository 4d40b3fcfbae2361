import { EventEmitter } from 'node:events';
import type { Http2Session, ServerHttp2Stream } from 'node:http2';
import { expect } from 'chai';
import { callLimit } from './call-limit.ts';

const streamOn = (session: object) =>
  Object.assign(new EventEmitter(), { session: session as Http2Session, destroyed: false });
const close = (stream: ReturnType<typeof streamOn>): void => {
  stream.destroyed = true;
  stream.emit('close');
};

describe('limiting the calls of a connection', () => {
  const servedCalls: string[] = [];
  const limit = callLimit(2);
  const run = (name: string, stream: ReturnType<typeof streamOn>): void =>
    limit.run(stream as unknown as ServerHttp2Stream, () => servedCalls.push(name));
  beforeEach(() => {
    servedCalls.length = 0;
  });

  it('serves further calls in their order as others end', () => {
    const connection = {};
    const [a, b, c, d] = [streamOn(connection), streamOn(connection), streamOn(connection), streamOn(connection)];
    for (const [name, stream] of Object.entries({ a, b, c, d })) run(name, stream);
    expect(servedCalls).to.deep.equal(['a', 'b']);
    close(b);
    expect(servedCalls).to.deep.equal(['a', 'b', 'c']);
    close(a);
    expect(servedCalls).to.deep.equal(['a', 'b', 'c', 'd']);
  });

  it('skips a waiting call that was cancelled', () => {
    const connection = {};
    const [a, b, c, d] = [streamOn(connection), streamOn(connection), streamOn(connection), streamOn(connection)];
    for (const [name, stream] of Object.entries({ a, b, c, d })) run(name, stream);
    close(c);
    close(a);
    expect(servedCalls).to.deep.equal(['a', 'b', 'd']);
  });

  it('counts each connection by itself', () => {
    for (const name of ['a', 'b', 'c']) run(name, streamOn({}));
    expect(servedCalls).to.deep.equal(['a', 'b', 'c']);
  });
});
