import type { EventStoreClient } from './connect.ts';
import type { Source } from './delivered.ts';
import { groupInfo, parkedMessages, replayParked, type Parked } from './persistent-groups.ts';
import type { SubscriptionStatus } from './subscriptions.ts';

/** How a subscription, or what stands on it, is getting on. */
export type Standing = {
  readonly name: string;
  readonly group: string;
  /** The worst of its subscriptions, if it has several. */
  readonly state: SubscriptionStatus['state'];
  /** Messages that the store holds for it: waiting, in hand, or on their way. */
  readonly lag: number;
  readonly parked: number;
  readonly lastError?: string;
};

/** What operators may see and mend. All of it throws `EventStoreUnavailable`. */
export type Operable<Status extends Standing = Standing> = {
  readonly name: string;
  readonly status: () => Promise<Status>;
  /** Oldest first. */
  readonly parked: (limit?: number) => Promise<readonly Parked[]>;
  /** Offers all parked messages again; returns how many there were. */
  readonly replay: () => Promise<number>;
};

/** A group in which this process takes part. */
export type OperableGroup = Operable & {
  /** As far as this process knows, without asking the store. */
  readonly state: () => SubscriptionStatus['state'];
};

/** One subscription of this process to a group. */
type Member = { readonly group: string; readonly source: Source; readonly status: () => SubscriptionStatus };

/** A subscription joins with its beginning, so that none is overlooked because nobody listed it. */
const members = new WeakMap<EventStoreClient, Set<Member>>();

/** Notes that `member` subscribes through `client`; returns how it leaves. */
export const joining = (client: EventStoreClient, member: Member): (() => void) => {
  const joined = members.get(client) ?? new Set<Member>();
  members.set(client, joined.add(member));
  return () => void joined.delete(member);
};

const RANK = ['live', 'connecting', 'waiting', 'stopped'] as const;

const worst = (statuses: readonly SubscriptionStatus[]): SubscriptionStatus['state'] =>
  RANK[Math.max(...statuses.map(({ state }) => RANK.indexOf(state)))] ?? 'stopped';

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** `of` subscribe as one group, to one source or several. */
export const operableGroup = (
  client: EventStoreClient,
  group: string,
  of: readonly Pick<Member, 'source' | 'status'>[],
): OperableGroup => {
  const ofSources = <T>(ask: (source: Source) => Promise<T>): Promise<T[]> =>
    Promise.all(of.map(({ source }) => ask(source)));
  const infos = async () =>
    (await ofSources((source) => groupInfo(client, group, source))).filter((info) => info !== undefined);
  const statuses = (): readonly SubscriptionStatus[] => of.map(({ status }) => status());

  return {
    name: group,
    state: () => worst(statuses()),
    status: async () => {
      const known = await infos();
      const now = statuses();
      const lastError = now.find((status) => status.lastError !== undefined)?.lastError;
      return {
        name: group,
        group,
        state: worst(now),
        lag: sum(known.map(({ waiting, inFlight }) => waiting + inFlight)),
        parked: sum(known.map(({ parked }) => parked)),
        ...(lastError === undefined ? {} : { lastError }),
      };
    },
    parked: async (limit) => (await ofSources((source) => parkedMessages(client, group, source, limit))).flat(),
    replay: async () => {
      const parked = sum((await infos()).map((info) => info.parked));
      if (parked > 0) await ofSources((source) => replayParked(client, group, source));
      return parked;
    },
  };
};

/** All groups that this process subscribes to through `client`, by name. */
export const groupsOn = (client: EventStoreClient): readonly OperableGroup[] =>
  [...Map.groupBy(members.get(client) ?? [], ({ group }) => group)]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([group, of]) => operableGroup(client, group, of));
