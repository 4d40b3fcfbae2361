import type { ServerInterceptingCallInterface, ServerInterceptor } from '@grpc/grpc-js';
import { expect } from 'chai';
import { coalesceResponses } from './coalesced-responses.ts';

type Method = Parameters<ServerInterceptor>[0];

/** A connection that takes a response only when `take` is called. */
const connection = () => {
  const given: { readonly answer: Buffer; readonly take: () => void }[] = [];
  const sendMessage = (answer: Buffer, take: () => void) => void given.push({ answer, take });
  const call = coalesceResponses({} as Method, { sendMessage } as unknown as ServerInterceptingCallInterface);
  let taken = 0;
  return {
    send: (bytes: number) => call.sendMessage(Buffer.alloc(bytes), () => (taken += 1)),
    take: () => given.shift()?.take(),
    given: () => given.length,
    taken: () => taken,
  };
};

describe('coalescing responses', () => {
  it('passes on ten small responses before the connection has taken the first', () => {
    const { send, given, taken } = connection();
    for (let index = 0; index < 10; index += 1) send(1_000);
    expect([given(), taken()]).to.deep.equal([10, 10]);
  });

  it('holds the next response back above the byte limit', () => {
    const { send, take, taken } = connection();
    send(60_000);
    send(10_000);
    expect(taken()).to.equal(1);
    take();
    expect(taken()).to.equal(1);
    take();
    expect(taken()).to.equal(2);
    send(60_000);
    expect(taken()).to.equal(3);
  });
});
