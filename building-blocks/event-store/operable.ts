import type { EventStoreClient } from './connect.ts';
import type { Source } from './delivered-event.ts';
import { groupInfo, parkedMessages, replayParked, type ParkedMessage } from './persistent-groups.ts';
import type { SubscriptionStatus } from './subscription.ts';

/** The state of a subscription, or of what is built on it. */
export type OperableStatus = {
  readonly name: string;
  readonly group: string;
  /** The worst of its subscriptions, if it has several. */
  readonly state: SubscriptionStatus['state'];
  /** Messages that the store holds for it: waiting or in flight. */
  readonly lag: number;
  readonly parked: number;
  readonly lastError?: string;
};

/** What operators may inspect and repair. All methods throw `EventStoreUnavailable`. */
export type Operable<Status extends OperableStatus = OperableStatus> = {
  readonly name: string;
  readonly status: () => Promise<Status>;
  /** Oldest first. */
  readonly parked: (limit?: number) => Promise<readonly ParkedMessage[]>;
  /** Delivers all parked messages again; returns how many there were. */
  readonly replay: () => Promise<number>;
};

/** A group in which this process takes part. */
export type OperableGroup = Operable & {
  /** As far as this process knows, without asking the store. */
  readonly state: () => SubscriptionStatus['state'];
};

/** One subscription of this process to a group. */
type Member = { readonly group: string; readonly source: Source; readonly status: () => SubscriptionStatus };

/** Subscriptions register themselves at their start, so that operators see all of them. */
const registry = new WeakMap<EventStoreClient, Set<Member>>();

/** Lists `member` among the subscriptions of `client`; returns how to remove it. */
export const registerMember = (client: EventStoreClient, member: Member): (() => void) => {
  const members = registry.get(client) ?? new Set<Member>();
  registry.set(client, members.add(member));
  return () => void members.delete(member);
};

const RANK = ['live', 'standby', 'connecting', 'waiting', 'stopped'] as const;

const worst = (statuses: readonly SubscriptionStatus[]): SubscriptionStatus['state'] =>
  RANK[Math.max(...statuses.map(({ state }) => RANK.indexOf(state)))] ?? 'stopped';

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** `members` subscribe as one group, to one source or several. */
export const operableGroup = (
  client: EventStoreClient,
  group: string,
  members: readonly Pick<Member, 'source' | 'status'>[],
): OperableGroup => {
  const forSources = <T>(query: (source: Source) => Promise<T>): Promise<T[]> =>
    Promise.all(members.map(({ source }) => query(source)));
  const infos = async () =>
    (await forSources((source) => groupInfo(client, group, source))).filter((info) => info !== undefined);
  const statuses = (): readonly SubscriptionStatus[] => members.map(({ status }) => status());

  return {
    name: group,
    state: () => worst(statuses()),
    status: async () => {
      const groups = await infos();
      const current = statuses();
      const lastError = current.find((status) => status.lastError !== undefined)?.lastError;
      return {
        name: group,
        group,
        state: worst(current),
        lag: sum(groups.map(({ waiting, inFlight }) => waiting + inFlight)),
        parked: sum(groups.map(({ parked }) => parked)),
        ...(lastError === undefined ? {} : { lastError }),
      };
    },
    parked: async (limit) => (await forSources((source) => parkedMessages(client, group, source, limit))).flat(),
    replay: async () => {
      const parked = sum((await infos()).map((info) => info.parked));
      if (parked > 0) await forSources((source) => replayParked(client, group, source));
      return parked;
    },
  };
};

/** All groups that this process subscribes to through `client`, by name. */
export const groupsOn = (client: EventStoreClient): readonly OperableGroup[] =>
  [...Map.groupBy(registry.get(client) ?? [], ({ group }) => group)]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([group, members]) => operableGroup(client, group, members));
