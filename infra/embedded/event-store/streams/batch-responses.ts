import type { AppendOutcome, ExpectedRevision } from '../storage/event-log.ts';
import { encodeBatchAppended, type BatchAddress } from '../wire/batch-append-response.ts';
import { EVICTION_MESSAGE } from '../wire/errors.ts';
import { any, empty, rpcCode, rpcStatus, shared, writeStreamName, writeUuid } from '../wire/shared.ts';
import { streams, type BatchAppendResponse } from '../wire/streams.ts';

type Refusal = streams.BatchAppendResp;

export const outcomeResponse = (address: BatchAddress, outcome: AppendOutcome): BatchAppendResponse => {
  switch (outcome.kind) {
    case 'appended':
      return encodeBatchAppended(address, outcome.revision, outcome.position);
    case 'wrong-expected-revision':
      return refusal(
        address,
        rpcCode.Code.ALREADY_EXISTS,
        'WrongExpectedVersion',
        wrongExpectedVersion(outcome.current, address.expected),
      );
    case 'stream-deleted':
      return refusal(
        address,
        rpcCode.Code.ALREADY_EXISTS,
        'StreamDeleted',
        new shared.StreamDeleted().setStreamIdentifier(writeStreamName(address.stream)),
      );
    case 'timed-out':
      return timeoutResponse(address);
    case 'too-large':
      return refusal(
        address,
        rpcCode.Code.INVALID_ARGUMENT,
        'MaximumAppendSizeExceeded',
        new shared.MaximumAppendSizeExceeded().setMaxappendsize(outcome.maxBytes),
      );
  }
};

export const timeoutResponse = (address: BatchAddress): Refusal =>
  refusal(address, rpcCode.Code.DEADLINE_EXCEEDED, 'Timeout', new shared.Timeout());

export const accessDeniedResponse = (address: BatchAddress): Refusal =>
  refusal(address, rpcCode.Code.PERMISSION_DENIED, 'AccessDenied', new shared.AccessDenied());

export const evictedResponse = (address: BatchAddress): Refusal =>
  refusal(address, rpcCode.Code.RESOURCE_EXHAUSTED, 'Unknown', new shared.Unknown(), EVICTION_MESSAGE);

export const badRequestResponse = (address: BatchAddress, why: string): Refusal =>
  refusal(address, rpcCode.Code.INVALID_ARGUMENT, 'BadRequest', new shared.BadRequest().setMessage(why), why);

type Detail = { serializeBinary(): Uint8Array };

// The client unpacks `details` and the stream name unguarded: an answer without them would end its process.
const refusal = (address: BatchAddress, code: rpcCode.Code, name: string, detail: Detail, message = name): Refusal => {
  const details = new any.Any();
  details.pack(detail.serializeBinary(), `event_store.client.${name}`);
  return responseTo(address).setError(new rpcStatus.Status().setCode(code).setMessage(message).setDetails(details));
};

const responseTo = ({ correlationId, structuredId, stream, expected }: BatchAddress): Refusal => {
  const response = new streams.BatchAppendResp()
    .setCorrelationId(writeUuid(correlationId, structuredId))
    .setStreamIdentifier(writeStreamName(stream));
  switch (expected) {
    case 'any':
      return response.setAny(new empty.Empty());
    case 'no-stream':
      return response.setNoStream(new empty.Empty());
    case 'stream-exists':
      return response.setStreamExists(new empty.Empty());
    default:
      return response.setStreamPosition(expected.toString());
  }
};

const wrongExpectedVersion = (
  current: bigint | undefined,
  expected: ExpectedRevision,
): InstanceType<typeof shared.WrongExpectedVersion> => {
  const message = new shared.WrongExpectedVersion();
  if (current === undefined) message.setCurrentNoStream(new empty.Empty());
  else message.setCurrentStreamRevision(current.toString());
  switch (expected) {
    case 'any':
      return message.setExpectedAny(new empty.Empty());
    case 'no-stream':
      return message.setExpectedNoStream(new empty.Empty());
    case 'stream-exists':
      return message.setExpectedStreamExists(new empty.Empty());
    default:
      return message.setExpectedStreamPosition(expected.toString());
  }
};
