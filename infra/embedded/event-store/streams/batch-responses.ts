import type { AppendOutcome, ExpectedRevision } from '../storage/event-log.ts';
import { any, empty, rpcCode, rpcStatus, shared, writeStreamName, writeUuid } from '../wire/shared.ts';
import { streams } from '../wire/streams.ts';

type Response = streams.BatchAppendResp;
const { BatchAppendResp } = streams;

/** What every answer repeats, so that the client finds the append it belongs to. */
export type BatchAddress = {
  readonly correlationId: string;
  readonly structuredId: boolean;
  readonly stream: string;
  readonly expected: ExpectedRevision;
};

export const outcomeResponse = (address: BatchAddress, outcome: AppendOutcome): Response => {
  switch (outcome.kind) {
    case 'appended':
      return addressed(address).setSuccess(success(outcome.revision, outcome.position));
    case 'wrong-expected-revision':
      return refused(
        address,
        rpcCode.Code.ALREADY_EXISTS,
        'WrongExpectedVersion',
        wrongExpectedVersion(outcome.current, address.expected),
      );
    case 'stream-deleted':
      return refused(
        address,
        rpcCode.Code.ALREADY_EXISTS,
        'StreamDeleted',
        new shared.StreamDeleted().setStreamIdentifier(writeStreamName(address.stream)),
      );
    case 'too-large':
      return refused(
        address,
        rpcCode.Code.INVALID_ARGUMENT,
        'MaximumAppendSizeExceeded',
        new shared.MaximumAppendSizeExceeded().setMaxappendsize(outcome.maxBytes),
      );
  }
};

export const timeoutResponse = (address: BatchAddress): Response =>
  refused(address, rpcCode.Code.DEADLINE_EXCEEDED, 'Timeout', new shared.Timeout());

export const accessDeniedResponse = (address: BatchAddress): Response =>
  refused(address, rpcCode.Code.PERMISSION_DENIED, 'AccessDenied', new shared.AccessDenied());

export const badRequestResponse = (address: BatchAddress, why: string): Response =>
  refused(address, rpcCode.Code.INVALID_ARGUMENT, 'BadRequest', new shared.BadRequest().setMessage(why), why);

type Detail = { serializeBinary(): Uint8Array };

// The client unpacks `details` and the stream name unguarded: an answer without them would end its process.
const refused = (address: BatchAddress, code: rpcCode.Code, name: string, detail: Detail, message = name): Response => {
  const details = new any.Any();
  details.pack(detail.serializeBinary(), `event_store.client.${name}`);
  return addressed(address).setError(new rpcStatus.Status().setCode(code).setMessage(message).setDetails(details));
};

const addressed = ({ correlationId, structuredId, stream, expected }: BatchAddress): Response => {
  const response = new BatchAppendResp()
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

const success = (revision: bigint, position: bigint): streams.BatchAppendResp.Success => {
  const message = new BatchAppendResp.Success();
  if (revision < 0n) message.setNoStream(new empty.Empty());
  else message.setCurrentRevision(revision.toString());
  const text = position.toString();
  return message.setPosition(new shared.AllStreamPosition().setCommitPosition(text).setPreparePosition(text));
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
