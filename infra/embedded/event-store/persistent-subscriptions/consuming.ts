import { randomUUID } from 'node:crypto';
import type { ServerDuplexStream } from '@grpc/grpc-js';
import {
  invalidArgument,
  maximumSubscribersReached,
  persistentSubscriptionDoesNotExist,
  persistentSubscriptionDropped,
  type RpcFailure,
} from '../wire/errors.ts';
import { persistent, type ReadResponse } from '../wire/persistent.ts';
import { readUuid } from '../wire/shared.ts';
import type { NackAction } from './group/group.ts';
import { keyOf } from './group-definition.ts';
import { meteredWriter } from './metered-writer.ts';
import type { Groups } from './groups.ts';
import { groupNameOf } from './requests.ts';
import { confirmationResponse } from './responses.ts';
import type { RunningGroup } from './running-group.ts';

export type ConsumingCall = ServerDuplexStream<persistent.ReadReq, ReadResponse>;

const { ReadReq } = persistent;

/** `stop` skips the event and stops nothing: so EventStoreDB does. */
const ACTIONS: Readonly<Record<persistent.ReadReq.Nack.Action, NackAction>> = {
  [ReadReq.Nack.Action.UNKNOWN]: 'retry',
  [ReadReq.Nack.Action.PARK]: 'park',
  [ReadReq.Nack.Action.RETRY]: 'retry',
  [ReadReq.Nack.Action.SKIP]: 'skip',
  [ReadReq.Nack.Action.STOP]: 'skip',
};

const idsOf = (answer: persistent.ReadReq.Ack | persistent.ReadReq.Nack): string[] =>
  answer.getIdsList().flatMap((uuid) => readUuid(uuid) ?? []);

const answer = (group: RunningGroup, message: persistent.ReadReq): void => {
  const ack = message.getAck();
  if (ack !== undefined) group.tell({ on: 'acked', ids: idsOf(ack) });
  const nack = message.getNack();
  if (nack !== undefined)
    group.tell({ on: 'nacked', ids: idsOf(nack), action: ACTIONS[nack.getAction()], reason: nack.getReason() });
};

const fail = (call: ConsumingCall, failure: RpcFailure): void => {
  call.emit('error', failure);
};

/** Joins the caller to the group it asks for, or ends the call. */
const join = (
  groups: Groups,
  call: ConsumingCall,
  options: persistent.ReadReq.Options,
  username: string,
  refusalOf: (stream: string) => RpcFailure | undefined,
): { readonly group: RunningGroup; readonly id: string } | undefined => {
  const name = groupNameOf(options);
  const group = groups.find(name);
  if (group === undefined) {
    fail(call, persistentSubscriptionDoesNotExist(name.stream, name.name));
    return undefined;
  }
  const refusal = refusalOf(name.stream);
  if (refusal !== undefined) {
    fail(call, refusal);
    return undefined;
  }
  const { maxSubscriberCount } = group.definition.settings;
  if (maxSubscriberCount > 0 && group.consumers() >= maxSubscriberCount) {
    fail(call, maximumSubscribersReached(name.stream, name.name));
    return undefined;
  }

  const id = randomUUID();
  const structuredId = options.getUuidOption()?.hasString() !== true;
  call.write(confirmationResponse(keyOf(name)));
  group.connect(
    {
      id,
      bufferSize: Math.max(1, options.getBufferSize()),
      username,
      connectionName: call.metadata.get('connection-name').map(String)[0] ?? '',
    },
    {
      deliver: meteredWriter(call, structuredId, () => group.drained(id)),
      drop: () => fail(call, persistentSubscriptionDropped(name.stream, name.name)),
    },
  );
  return { group, id };
};

/** One consumer, from its first message to the end of its call. */
export const consume = (
  groups: Groups,
  call: ConsumingCall,
  username: string,
  refusalOf: (stream: string) => RpcFailure | undefined = () => undefined,
): void => {
  let membership: ReturnType<typeof join>;
  let isRequested = false;
  const leave = (): void => {
    membership?.group.disconnect(membership.id);
    membership = undefined;
  };

  call.on('data', (message: persistent.ReadReq) => {
    if (membership !== undefined) answer(membership.group, message);
    if (isRequested) return;
    isRequested = true;
    const options = message.getOptions();
    if (options === undefined) fail(call, invalidArgument('The first message must say which group to join'));
    else membership = join(groups, call, options, username, refusalOf);
  });
  call.on('cancelled', leave);
  call.on('close', leave);
  call.on('error', leave);
  call.on('end', () => {
    leave();
    call.end();
  });
};
