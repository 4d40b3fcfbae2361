import type { handleBidiStreamingCall } from '@grpc/grpc-js';
import { authorizationIn, type Authorizer } from '../security/authorizer.ts';
import { heldBytes, limitedBytes } from '../storage/append-size.ts';
import type { EventLog, ProposedEvent } from '../storage/event-log.ts';
import { isInvalidStream } from '../storage/stream-metadata.ts';
import type { BatchAppendRequest, Deadline, ProposedMessage } from '../wire/batch-append-request.ts';
import type { BatchAddress } from '../wire/batch-append-response.ts';
import { invalidArgument } from '../wire/errors.ts';
import type { BatchAppendResponse } from '../wire/streams.ts';
import {
  accessDeniedResponse,
  badRequestResponse,
  evictedResponse,
  outcomeResponse,
  timeoutResponse,
} from './batch-responses.ts';
import { expectationMissing } from './expected-revision.ts';
import { CallRefused, toRpcFailure } from './rpc-failure.ts';
import { responseWriter } from './response-writer.ts';
import { proposedEvent } from './proposed-event.ts';
import type { UnfinishedAppends } from './unfinished-appends.ts';

/** An append that has begun to arrive. */
type Draft = {
  readonly address: BatchAddress;
  /** In milliseconds since the Unix epoch. */
  readonly deadline: number | undefined;
  readonly events: ProposedEvent[];
  limitedBytes: number;
  heldBytes: number;
};

/** Requests accepted but not answered; beyond that the client waits in its own buffers. */
const UNANSWERED_BYTES_MAX = 16 * 1024 * 1024;

/**
 * Many appends over one call, each possibly in several messages, answered in the order in which they become durable. An
 * append that is refused is answered at once, costs no other its answer, and the rest of it is dropped.
 */
export const batchAppendHandler =
  (
    log: EventLog,
    authorizer: Authorizer,
    unfinishedWrites: UnfinishedAppends,
  ): handleBidiStreamingCall<BatchAppendRequest, BatchAppendResponse> =>
  (call) => {
    const writer = responseWriter(call);
    let unansweredBytes = 0;
    let isEnded = false;
    let unansweredCount = 0;

    const fail = (error: unknown): void => {
      if (!writer.isClosed()) call.emit('error', toRpcFailure(error));
    };

    const answer = async (
      response: BatchAppendResponse | Promise<BatchAppendResponse>,
      bytes: number,
    ): Promise<void> => {
      unansweredCount += 1;
      unansweredBytes += bytes;
      if (unansweredBytes > UNANSWERED_BYTES_MAX) call.pause();
      writer.write(await response);
      await writer.whenWritable();
      unansweredCount -= 1;
      unansweredBytes -= bytes;
      if (unansweredBytes <= UNANSWERED_BYTES_MAX && call.isPaused()) call.resume();
      if (isEnded && unansweredCount === 0) call.end();
    };

    const drafts = incomingDrafts({
      log,
      authorizer,
      unfinished: unfinishedWrites,
      authorization: authorizationIn(call.metadata),
      onEvicted: (refusal) => void answer(refusal, 0).catch(fail),
    });
    writer.onClose(drafts.drop);

    call.on('data', (request: BatchAppendRequest) => {
      try {
        const result = drafts.add(request);
        if (result === undefined) return;
        if ('refusal' in result) answer(result.refusal, 0).catch(fail);
        else answer(respond(log, result), result.heldBytes).catch(fail);
      } catch (error) {
        fail(error);
      }
    });
    call.on('end', () => {
      isEnded = true;
      if (unansweredCount === 0) call.end();
    });
  };

type RefusedAppend = { readonly refusal: BatchAppendResponse };

type DraftParts = {
  readonly log: EventLog;
  readonly authorizer: Authorizer;
  readonly unfinished: UnfinishedAppends;
  readonly authorization: string | undefined;
  readonly onEvicted: (refusal: BatchAppendResponse) => void;
};

/** Puts appends together that arrive in pieces. */
const incomingDrafts = ({ log, authorizer, unfinished: unfinishedWrites, authorization, onEvicted }: DraftParts) => {
  const drafts = new Map<string, Draft>();

  const checkOptions = ({ address, deadline }: Draft): BatchAppendResponse | undefined => {
    if (authorizer.checkStream(authorization, 'write', address.stream) !== undefined) {
      return accessDeniedResponse(address);
    }
    if (isInvalidStream(address.stream)) return badRequestResponse(address, 'The stream name is not valid');
    return isPast(deadline) ? timeoutResponse(address) : undefined;
  };

  const addEvents = (draft: Draft, messages: readonly ProposedMessage[]): BatchAppendResponse | undefined => {
    try {
      for (const message of messages) {
        const event = proposedEvent(message);
        draft.events.push(event);
        draft.limitedBytes += limitedBytes(event);
        draft.heldBytes += heldBytes(event);
      }
    } catch (error) {
      return badRequestResponse(draft.address, toRpcFailure(error).details);
    }
    if (draft.limitedBytes <= log.maxAppendBytes) return undefined;
    return outcomeResponse(draft.address, { kind: 'too-large', maxBytes: log.maxAppendBytes });
  };

  const hold = (id: string, draft: Draft): void => {
    drafts.set(id, draft);
    unfinishedWrites.hold(draft, draft.heldBytes, () => {
      drafts.delete(id);
      onEvicted(evictedResponse(draft.address));
    });
  };

  /** Undefined while more of it is to come, and for the rest of an append that was refused. */
  const add = (request: BatchAppendRequest): Draft | RefusedAppend | undefined => {
    const id = correlationOf(request);
    const unfinishedDraft = drafts.get(id);
    const draft = unfinishedDraft ?? newDraft(request, id);
    if (draft === undefined) return undefined;
    const refusal =
      (unfinishedDraft === undefined ? checkOptions(draft) : undefined) ?? addEvents(draft, request.messages);
    if (refusal === undefined && !request.isFinal) {
      hold(id, draft);
      return undefined;
    }
    drafts.delete(id);
    unfinishedWrites.release(draft);
    return refusal === undefined ? draft : { refusal };
  };

  const drop = (): void => {
    for (const draft of drafts.values()) unfinishedWrites.release(draft);
    drafts.clear();
  };

  return { add, drop };
};

const correlationOf = ({ correlation }: BatchAppendRequest): string => {
  if (correlation.id === undefined) throw new CallRefused(invalidArgument('The correlation id is not a UUID'));
  return correlation.id;
};

const newDraft = ({ correlation, options }: BatchAppendRequest, correlationId: string): Draft | undefined => {
  if (options === undefined) return undefined;
  const { stream, expected, deadline } = options;
  if (expected === undefined) throw expectationMissing();
  return {
    address: { correlationId, structuredId: correlation.structured, stream, expected },
    deadline: deadline && instantOf(deadline),
    events: [],
    limitedBytes: 0,
    heldBytes: 0,
  };
};

const instantOf = ({ kind, ms }: Deadline): number => (kind === 'at' ? ms : Date.now() + ms);
const isPast = (deadline: number | undefined): boolean => deadline !== undefined && deadline <= Date.now();

const respond = async (log: EventLog, { address, deadline, events }: Draft): Promise<BatchAppendResponse> => {
  // More of it may have been long in coming.
  if (isPast(deadline)) return timeoutResponse(address);
  return outcomeResponse(address, await log.append(address.stream, address.expected, events));
};
