import { expect } from 'chai';
import fc from 'fast-check';
import timestamp from 'google-protobuf/google/protobuf/timestamp_pb.js';
import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { decodeBatchAppendRequest, type BatchAppendRequest, type ProposedMessage } from './batch-append-request.ts';
import { empty, readStreamName, readUuid, writeStreamName, writeUuid, type shared } from './shared.ts';
import { streams } from './streams.ts';

const { requestDeserialize, requestSerialize } = StreamsService.batchAppend;

const proposedAsGenerated = (message: streams.BatchAppendReq.ProposedMessage): ProposedMessage => ({
  id: readUuid(message.getId()),
  type: message.getMetadataMap().get('type'),
  contentType: message.getMetadataMap().get('content-type'),
  data: Buffer.from(message.getData_asU8()),
  metadata: Buffer.from(message.getCustomMetadata_asU8()),
});

const expectedAsGenerated = (options: streams.BatchAppendReq.Options) => {
  if (options.hasStreamPosition()) return BigInt(options.getStreamPosition());
  if (options.hasNoStream()) return 'no-stream';
  if (options.hasStreamExists()) return 'stream-exists';
  return options.hasAny() ? 'any' : undefined;
};

const asGenerated = (bytes: Buffer) => {
  const request = requestDeserialize(bytes);
  const options = request.getOptions();
  const deadline = options?.getDeadline();
  return {
    correlation: {
      id: readUuid(request.getCorrelationId()),
      structured: request.getCorrelationId()?.hasStructured() ?? false,
    },
    options: options && {
      stream: readStreamName(options.getStreamIdentifier()),
      expected: expectedAsGenerated(options),
      deadline: deadline && { kind: 'at', ms: deadline.getSeconds() * 1_000 + deadline.getNanos() / 1_000_000 },
    },
    messages: request.getProposedMessagesList().map(proposedAsGenerated),
    isFinal: request.getIsFinal(),
  };
};

const plain = (request: BatchAppendRequest) => ({
  ...request,
  messages: request.messages.map((message) => ({
    ...message,
    data: Buffer.from(message.data),
    metadata: Buffer.from(message.metadata),
  })),
});

const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
const text = fc.string({ unit: 'grapheme', maxLength: 200 });
const bytes = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ minLength: 20_000, maxLength: 20_000 }));

const uuid: fc.Arbitrary<shared.UUID> = fc.oneof(
  fc.tuple(fc.uuid(), fc.boolean()).map(([id, isStructured]) => writeUuid(id, isStructured)),
  fc.tuple(fc.uuid(), fc.constant(false)).map(([id]) => writeUuid(id.toUpperCase())),
  text.map((id) => writeUuid(id)),
);

const proposedMessages = fc
  .record({
    id: maybe(uuid),
    metadata: fc.dictionary(text, text),
    type: maybe(text),
    contentType: maybe(text),
    bytes,
    data: bytes,
  })
  .map((fields) => {
    const message = new streams.BatchAppendReq.ProposedMessage().setData(fields.data).setCustomMetadata(fields.bytes);
    message.setId(fields.id);
    const metadata = message.getMetadataMap();
    for (const [key, value] of Object.entries(fields.metadata)) metadata.set(key, value);
    if (fields.type !== undefined) metadata.set('type', fields.type);
    if (fields.contentType !== undefined) metadata.set('content-type', fields.contentType);
    return message;
  });

const expectation = fc.oneof(
  fc
    .bigInt(0n, 2n ** 64n - 1n)
    .map((revision) => (options: streams.BatchAppendReq.Options) => options.setStreamPosition(revision.toString())),
  fc.constantFrom(
    (options: streams.BatchAppendReq.Options) => options.setAny(new empty.Empty()),
    (options: streams.BatchAppendReq.Options) => options.setNoStream(new empty.Empty()),
    (options: streams.BatchAppendReq.Options) => options.setStreamExists(new empty.Empty()),
  ),
);

const options = fc
  .record({
    stream: maybe(text),
    expect: maybe(expectation),
    seconds: maybe(fc.maxSafeInteger()),
    nanos: fc.nat(999_999_999),
  })
  .map(({ stream, expect, seconds, nanos }) => {
    const message = new streams.BatchAppendReq.Options();
    if (stream !== undefined) message.setStreamIdentifier(writeStreamName(stream));
    if (seconds !== undefined) message.setDeadline(new timestamp.Timestamp().setSeconds(seconds).setNanos(nanos));
    expect?.(message);
    return message;
  });

const request = fc
  .record({
    id: maybe(uuid),
    options: maybe(options),
    messages: fc.array(proposedMessages, { maxLength: 5 }),
    isFinal: fc.boolean(),
  })
  .map(({ id, options, messages, isFinal }) =>
    requestSerialize(
      new streams.BatchAppendReq()
        .setCorrelationId(id)
        .setOptions(options)
        .setProposedMessagesList(messages)
        .setIsFinal(isFinal),
    ),
  );

describe('decoding a BatchAppend request', () => {
  it('decodes the same requests as the generated classes', () => {
    fc.assert(
      fc.property(request, (bytes) => {
        expect(plain(decodeBatchAppendRequest(bytes))).to.deep.equal(asGenerated(bytes));
      }),
    );
  });

  it('skips unknown fields', () => {
    const knownBytes = requestSerialize(new streams.BatchAppendReq().setIsFinal(true));
    const unknown = Buffer.of(0x7a, 0x02, 0x01, 0x02, 0x78, 0x07, 0x7d, 1, 2, 3, 4, 0x79, 1, 2, 3, 4, 5, 6, 7, 8);
    expect(decodeBatchAppendRequest(Buffer.concat([unknown, knownBytes, unknown])).isFinal).to.equal(true);
  });

  it('decodes a deadline given as a duration', () => {
    const bytes = Buffer.of(0x12, 0x0a, 0x3a, 0x08, 0x08, 0x02, 0x10, 0x80, 0xca, 0xb5, 0xee, 0x01);
    expect(decodeBatchAppendRequest(bytes).options?.deadline).to.deep.equal({ kind: 'within', ms: 2_500 });
  });

  it('rejects bytes that were cut inside a field', () => {
    fc.assert(
      fc.property(proposedMessages, fc.nat(), (message, cut) => {
        const bytes = requestSerialize(new streams.BatchAppendReq().setProposedMessagesList([message]));
        const prefix = bytes.subarray(0, 1 + (cut % (bytes.length - 1)));
        expect(() => decodeBatchAppendRequest(prefix)).to.throw();
      }),
    );
  });

  it('rejects a field that reaches beyond its message', () => {
    // Options of one byte whose stream identifier claims two.
    expect(() => decodeBatchAppendRequest(Buffer.of(0x12, 0x02, 0x0a, 0x02, 0x20, 0x01))).to.throw(RangeError);
  });
});
