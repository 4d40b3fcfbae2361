import type { handleBidiStreamingCall } from '@grpc/grpc-js';
import { authorizationIn, type Authorizer } from '../security/authorizer.ts';
import { sizeOf } from '../storage/append-size.ts';
import type { EventLog, ProposedEvent } from '../storage/event-log.ts';
import { isInvalidStream } from '../storage/stream-metadata.ts';
import type { BatchAppendRequest, Deadline, ProposedMessage } from '../wire/batch-append-request.ts';
import type { BatchAddress } from '../wire/batch-append-response.ts';
import { invalidArgument } from '../wire/errors.ts';
import type { BatchAppendResponse } from '../wire/streams.ts';
import { accessDeniedResponse, badRequestResponse, outcomeResponse, timeoutResponse } from './batch-responses.ts';
import { expectationMissing } from './expected-revision.ts';
import { CallRefused, toRpcFailure } from './rpc-failure.ts';
import { responseWriter } from './response-writer.ts';
import { proposedEvent } from './proposed-event.ts';

/** An append that has begun to arrive. */
type Draft = {
  readonly address: BatchAddress;
  /** In milliseconds since the Unix epoch. */
  readonly deadline: number | undefined;
  readonly events: ProposedEvent[];
  bytes: number;
};

/** Requests taken in but not answered; beyond that the client waits in its own buffers, not in ours. */
const UNANSWERED_BYTES_MAX = 16 * 1024 * 1024;

/**
 * Many appends over one call, each possibly in several messages, answered in whatever order they become durable. What is
 * wrong with one is told as soon as it shows, costs no other its answer, and what still comes of it is passed over.
 */
export const batchAppendHandler =
  (log: EventLog, authorizer: Authorizer): handleBidiStreamingCall<BatchAppendRequest, BatchAppendResponse> =>
  (call) => {
    const out = responseWriter(call);
    const drafts = draftsOf(log, authorizer, authorizationIn(call.metadata));
    let unansweredBytes = 0;
    let isEnded = false;
    let unanswered = 0;

    const fail = (error: unknown): void => {
      if (!out.isClosed()) call.emit('error', toRpcFailure(error));
    };

    const answer = async (response: Promise<BatchAppendResponse>, bytes: number): Promise<void> => {
      unanswered += 1;
      unansweredBytes += bytes;
      if (unansweredBytes > UNANSWERED_BYTES_MAX) call.pause();
      out.write(await response);
      await out.whenWritable();
      unanswered -= 1;
      unansweredBytes -= bytes;
      if (unansweredBytes <= UNANSWERED_BYTES_MAX && call.isPaused()) call.resume();
      if (isEnded && unanswered === 0) call.end();
    };

    call.on('data', (request: BatchAppendRequest) => {
      try {
        const result = drafts.take(request);
        if (result === undefined) return;
        if ('refusal' in result) answer(Promise.resolve(result.refusal), 0).catch(fail);
        else answer(respond(log, result), result.bytes).catch(fail);
      } catch (error) {
        fail(error);
      }
    });
    call.on('end', () => {
      isEnded = true;
      if (unanswered === 0) call.end();
    });
  };

type Refused = { readonly refusal: BatchAppendResponse };

/** Puts together what arrives in pieces. */
const draftsOf = (log: EventLog, authorizer: Authorizer, authorization: string | undefined) => {
  const drafts = new Map<string, Draft>();

  const begin = (draft: Draft): BatchAppendResponse | undefined => {
    const { address, deadline } = draft;
    if (authorizer.checkStream(authorization, 'write', address.stream) !== undefined)
      return accessDeniedResponse(address);
    if (isInvalidStream(address.stream)) return badRequestResponse(address, 'The stream name is not valid');
    if (isPast(deadline)) return timeoutResponse(address);
    return undefined;
  };

  const add = (draft: Draft, messages: readonly ProposedMessage[]): BatchAppendResponse | undefined => {
    try {
      for (const message of messages) {
        const event = proposedEvent(message);
        draft.events.push(event);
        draft.bytes += sizeOf(event);
      }
    } catch (error) {
      return badRequestResponse(draft.address, toRpcFailure(error).details);
    }
    if (draft.bytes <= log.maxAppendBytes) return undefined;
    return outcomeResponse(draft.address, { kind: 'too-large', maxBytes: log.maxAppendBytes });
  };

  /** Undefined while more of it is to come, and for what comes of one that was refused. */
  const take = (request: BatchAppendRequest): Draft | Refused | undefined => {
    const id = correlationOf(request);
    const open = drafts.get(id);
    const draft = open ?? draftOf(request, id);
    if (draft === undefined) return undefined;
    const refusal = (open === undefined ? begin(draft) : undefined) ?? add(draft, request.messages);
    if (refusal === undefined && !request.isFinal) return void drafts.set(id, draft);
    drafts.delete(id);
    return refusal === undefined ? draft : { refusal };
  };

  return { take };
};

const correlationOf = ({ correlation }: BatchAppendRequest): string => {
  if (correlation.id === undefined) throw new CallRefused(invalidArgument('The correlation id is not a UUID'));
  return correlation.id;
};

const draftOf = ({ correlation, options }: BatchAppendRequest, correlationId: string): Draft | undefined => {
  if (options === undefined) return undefined;
  const { stream, expected, deadline } = options;
  if (expected === undefined) throw expectationMissing();
  return {
    address: { correlationId, structuredId: correlation.structured, stream, expected },
    deadline: deadline && instantOf(deadline),
    events: [],
    bytes: 0,
  };
};

const instantOf = ({ kind, ms }: Deadline): number => (kind === 'at' ? ms : Date.now() + ms);
const isPast = (deadline: number | undefined): boolean => deadline !== undefined && deadline <= Date.now();

const respond = async (log: EventLog, { address, deadline, events }: Draft): Promise<BatchAppendResponse> => {
  // More of it may have been long in coming.
  if (isPast(deadline)) return timeoutResponse(address);
  return outcomeResponse(address, await log.append(address.stream, address.expected, events));
};
