import { createRequire } from 'node:module';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { expect } from 'chai';
import fc from 'fast-check';
import { decodeBase64Natively } from './base64.ts';
import { connectEventStore } from './connect.ts';

type Protobuf = { readonly Message: { bytesAsU8: (value: unknown) => unknown } };
const { Message } = createRequire(import.meta.resolve('@eventstore/db-client'))('google-protobuf') as Protobuf;

describe('decoding base64 natively', () => {
  it('is done for the messages of whoever connects', async () => {
    Message.bytesAsU8 = () => expect.fail('taken apart by protobuf');
    await connectEventStore('esdb://127.0.0.1:1?tls=false').dispose();
    const message = new streams.BatchAppendReq.ProposedMessage();
    message.setData(Buffer.from('{"brick":"3001"}').toString('base64'));

    expect(Buffer.from(message.getData_asU8()).toString()).to.equal('{"brick":"3001"}');
  });

  it('gives the bytes back, as protobuf wants them', () => {
    decodeBase64Natively();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 9_000 }), (bytes) => {
        const decoded = Message.bytesAsU8(Buffer.from(bytes).toString('base64'));
        expect(decoded).to.deep.equal(bytes);
        expect(decoded).to.have.property('constructor', Uint8Array);
      }),
    );
  });

  it('leaves alone what are bytes already, and what is nothing', () => {
    decodeBase64Natively();
    const bytes = Uint8Array.of(30, 1);
    expect(Message.bytesAsU8(bytes)).to.equal(bytes);
    expect(Message.bytesAsU8(null)).to.equal(null);
  });
});
