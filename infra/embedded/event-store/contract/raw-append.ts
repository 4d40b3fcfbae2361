import { randomUUID } from 'node:crypto';
import { Client, credentials } from '@grpc/grpc-js';
import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { empty, rpcCode, writeStreamName, writeUuid } from '../wire/shared.ts';
import { streams } from '../wire/streams.ts';

/** The part of protobuf's wire format that the generated classes of the client lack. */
const [OPTIONS, DEADLINE_DURATION, SECONDS] = [0x12, 0x3a, 0x08] as const;

const field = (tag: number, content: Uint8Array): Buffer => Buffer.concat([Buffer.of(tag, content.length), content]);

const requestWithin = (stream: string, seconds: number): Buffer => {
  const options = new streams.BatchAppendReq.Options().setStreamIdentifier(writeStreamName(stream));
  const deadline = field(DEADLINE_DURATION, Buffer.of(SECONDS, seconds));
  const remainder = new streams.BatchAppendReq().setCorrelationId(writeUuid(randomUUID())).setIsFinal(true);
  const message = new streams.BatchAppendReq.ProposedMessage().setId(writeUuid(randomUUID()));
  message.getMetadataMap().set('type', 'BrickSorted').set('content-type', 'application/octet-stream');
  remainder.addProposedMessages(message);
  const withDeadline = Buffer.concat([options.setAny(new empty.Empty()).serializeBinary(), deadline]);
  return Buffer.concat([remainder.serializeBinary(), field(OPTIONS, withDeadline)]);
};

/** Appends an event with a deadline as a duration in seconds, as some clients do instead of a point in time. */
export const appendWithin = async (address: string, stream: string, seconds: number): Promise<rpcCode.Code> => {
  const client = new Client(address, credentials.createInsecure());
  const { path, responseDeserialize } = StreamsService.batchAppend;
  const call = client.makeBidiStreamRequest(path, (request: Buffer) => request, responseDeserialize);
  try {
    return await new Promise((resolve, reject) => {
      call.on('error', reject);
      call.on('data', (response: streams.BatchAppendResp) => {
        resolve(response.getError()?.getCode() ?? rpcCode.Code.OK);
        call.end();
      });
      call.write(requestWithin(stream, seconds));
    });
  } finally {
    client.close();
  }
};
