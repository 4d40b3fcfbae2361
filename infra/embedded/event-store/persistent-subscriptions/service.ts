import type { sendUnaryData, ServerUnaryCall } from '@grpc/grpc-js';
import type { EventLog } from '../storage/event-log.ts';
import { toRpcFailure } from '../streams/rpc-failure.ts';
import {
  invalidArgument,
  persistentSubscriptionDoesNotExist,
  persistentSubscriptionExists,
  persistentSubscriptionFailed,
  type RpcFailure,
} from '../wire/errors.ts';
import { persistent, type PersistentSubscriptionsServer } from '../wire/persistent.ts';
import { readStreamName, shared } from '../wire/shared.ts';
import { consume, type ConsumingCall } from './consuming.ts';
import { ALL, type GroupRequest } from './group-definition.ts';
import { groupsOn, type GroupName, type GroupRefusal, type Groups } from './groups.ts';
import { groupNameOf, parseRequest } from './requests.ts';
import { subscriptionInfo } from './responses.ts';
import type { RunningGroup } from './running-group.ts';

export type PersistentSubscriptions = {
  readonly service: PersistentSubscriptionsServer;
  readonly groups: Groups;
  /** Stops writing; the log may be closed afterwards. */
  readonly close: () => void;
};

type Caller = { readonly metadata: ServerUnaryCall<unknown, unknown>['metadata'] };

export type ServiceOptions = {
  /** Milliseconds from anywhere, never going back. */
  readonly now?: () => number;
  /** The user name of the caller, as the statistics show it. */
  readonly userOf?: (call: Caller) => string;
  /** Why a caller may not consume events of a stream; undefined where it may. */
  readonly refusalOf?: (call: Caller, stream: string) => RpcFailure | undefined;
};

type Unary<Request, Response> = (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>) => void;

const failureBy = (refusal: GroupRefusal, { stream, name }: GroupName): RpcFailure => {
  switch (refusal.refused) {
    case 'exists':
      return persistentSubscriptionExists(stream, name);
    case 'does-not-exist':
      return persistentSubscriptionDoesNotExist(stream, name);
    case 'failed':
      return persistentSubscriptionFailed(stream, name, refusal.because);
  }
};

/** Answers with the result of a change of a group. */
const settle = <Response>(
  change: Promise<GroupRefusal | undefined>,
  name: GroupName,
  response: Response,
  callback: sendUnaryData<Response>,
): void => {
  change.then(
    (refusal) => {
      if (refusal === undefined) callback(null, response);
      else callback(failureBy(refusal, name));
    },
    (error: unknown) => callback(toRpcFailure(error)),
  );
};

/** The stream whose groups are asked for; undefined asks for all groups. */
const listedStream = (options: persistent.ListReq.Options | undefined): string | undefined => {
  const of = options?.getListForStream();
  if (of === undefined) return undefined;
  return of.hasAll() ? ALL : readStreamName(of.getStream());
};

const changes = (groups: Groups, userOf: NonNullable<ServiceOptions['userOf']>) => {
  const withRequest = <Response>(
    request: persistent.CreateReq | persistent.UpdateReq,
    callback: sendUnaryData<Response>,
    carryOut: (request: GroupRequest) => void,
  ): void => {
    const command = parseRequest(request);
    if ('invalid' in command) callback(invalidArgument(command.invalid));
    else carryOut(command);
  };

  const create: Unary<persistent.CreateReq, persistent.CreateResp> = (call, callback) =>
    withRequest(call.request, callback, (command) =>
      settle(groups.create(command, userOf(call)), command, new persistent.CreateResp(), callback),
    );
  const update: Unary<persistent.UpdateReq, persistent.UpdateResp> = (call, callback) =>
    withRequest(call.request, callback, (command) =>
      settle(groups.update(command, userOf(call)), command, new persistent.UpdateResp(), callback),
    );
  const remove: Unary<persistent.DeleteReq, persistent.DeleteResp> = (call, callback) => {
    const name = groupNameOf(call.request.getOptions());
    settle(groups.delete(name, userOf(call)), name, new persistent.DeleteResp(), callback);
  };
  return { create, update, delete: remove };
};

const questions = (groups: Groups) => {
  const findGroup = <Response>(name: GroupName, callback: sendUnaryData<Response>): RunningGroup | undefined => {
    const group = groups.find(name);
    if (group === undefined) callback(persistentSubscriptionDoesNotExist(name.stream, name.name));
    return group;
  };

  const getInfo: Unary<persistent.GetInfoReq, persistent.GetInfoResp> = (call, callback) => {
    const group = findGroup(groupNameOf(call.request.getOptions()), callback);
    if (group !== undefined) callback(null, new persistent.GetInfoResp().setSubscriptionInfo(subscriptionInfo(group)));
  };
  const list: Unary<persistent.ListReq, persistent.ListResp> = (call, callback) => {
    const stream = listedStream(call.request.getOptions());
    const matchingGroups = stream === undefined ? groups.all() : groups.ofStream(stream);
    if (matchingGroups === undefined) callback(persistentSubscriptionDoesNotExist(stream ?? '', ''));
    else callback(null, new persistent.ListResp().setSubscriptionsList(matchingGroups.map(subscriptionInfo)));
  };
  const replayParked: Unary<persistent.ReplayParkedReq, persistent.ReplayParkedResp> = (call, callback) => {
    const options = call.request.getOptions();
    const group = findGroup(groupNameOf(options), callback);
    if (group === undefined) return;
    const stopAt = options?.hasStopAt() === true ? BigInt(options.getStopAt()) : undefined;
    if (stopAt !== undefined && stopAt < 0n) {
      callback(invalidArgument('The revision to stop at is negative'));
      return;
    }
    group.replayParked(stopAt);
    callback(null, new persistent.ReplayParkedResp());
  };
  return { getInfo, list, replayParked };
};

/** The persistent subscriptions of a node, to be added to its gRPC server. */
export const persistentSubscriptionsService = (
  log: EventLog,
  { now = () => performance.now(), userOf = () => 'anonymous', refusalOf = () => undefined }: ServiceOptions = {},
): PersistentSubscriptions => {
  const groups = groupsOn(log, now);
  const restartSubsystem: Unary<shared.Empty, shared.Empty> = (_call, callback) => {
    groups.restart();
    callback(null, new shared.Empty());
  };

  return {
    groups,
    service: {
      ...changes(groups, userOf),
      ...questions(groups),
      read: (call: ConsumingCall) => consume(groups, call, userOf(call), (stream) => refusalOf(call, stream)),
      restartSubsystem,
    },
    close: () => groups.close(),
  };
};
