import type { ServerInterceptingCallInterface, ServerInterceptor } from '@grpc/grpc-js';
import { expect } from 'chai';
import { coalesceResponses } from './coalesced-responses.ts';

type Method = Parameters<ServerInterceptor>[0];

/** A connection that takes a response only when `take` is called. */
const connection = () => {
  const pendingResponses: { readonly answer: Buffer; readonly take: () => void }[] = [];
  const sendMessage = (answer: Buffer, take: () => void) => void pendingResponses.push({ answer, take });
  const call = coalesceResponses({} as Method, { sendMessage } as unknown as ServerInterceptingCallInterface);
  let sentCount = 0;
  return {
    send: (bytes: number) => call.sendMessage(Buffer.alloc(bytes), () => (sentCount += 1)),
    take: () => pendingResponses.shift()?.take(),
    pendingCount: () => pendingResponses.length,
    sentCount: () => sentCount,
  };
};

describe('coalescing responses', () => {
  it('passes on ten small responses before the connection has taken the first', () => {
    const { send, pendingCount, sentCount } = connection();
    for (let index = 0; index < 10; index += 1) send(1_000);
    expect([pendingCount(), sentCount()]).to.deep.equal([10, 10]);
  });

  it('holds the next response back above the byte limit', () => {
    const { send, take, sentCount } = connection();
    send(60_000);
    send(10_000);
    expect(sentCount()).to.equal(1);
    take();
    expect(sentCount()).to.equal(1);
    take();
    expect(sentCount()).to.equal(2);
    send(60_000);
    expect(sentCount()).to.equal(3);
  });
});
