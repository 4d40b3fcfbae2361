import type { EventStoreClient } from './connect.ts';
import type { DeliveredEvent, Source } from './delivered-event.ts';
import { addLags, measureLag, measureLagSeconds } from './lag.ts';
import { deadLettersOf, type DeadLetters } from './dead-letters/dead-letters.ts';
import { groupInfo, type GroupInfo } from './persistent-groups.ts';
import type { SubscriptionStatus } from './subscription.ts';

/** The state of a subscription, or of a component built on several. */
export type OperableStatus = {
  readonly name: string;
  readonly group: string;
  /** The worst of its subscriptions, if it has several; `behind` while it reads events recorded before. */
  readonly state: SubscriptionStatus['state'] | 'behind';
  /** Events that are not handled yet; `null` while it is behind in the whole log, where the store cannot count them. */
  readonly lag: number | null;
  /** Age of the event handled last, while `lag` is `null`. */
  readonly secondsBehind?: number;
  /** Age of the first event that is not handled yet, 0 without any; left out when nobody knows. */
  readonly lagSeconds?: number;
  readonly parked: number;
  readonly lastError?: string;
};

/** Operations for inspection and repair. All methods throw `EventStoreUnavailable`. */
export type Operable<Status extends OperableStatus = OperableStatus> = {
  readonly name: string;
  readonly status: () => Promise<Status>;
  readonly deadLetters: DeadLetters;
};

/** A group in which this process takes part. */
export type OperableGroup = Operable & {
  /** As far as this process knows, without asking the store. */
  readonly state: () => SubscriptionStatus['state'];
  /** Takes no further messages in this process, until `resume` or its next start. Others of the group go on. */
  readonly pause: () => Promise<void>;
  readonly resume: () => void;
};

/** One subscription of this process to a group. */
type Member = {
  readonly group: string;
  readonly source: Source;
  readonly status: () => SubscriptionStatus;
  readonly handle: (event: DeliveredEvent) => Promise<void>;
  readonly pause: () => Promise<void>;
  readonly resume: () => void;
};

/** Subscriptions register themselves at their start, so that operators see all of them. */
const registry = new WeakMap<EventStoreClient, Set<Member>>();

/** Registers `member` among the subscriptions of `client`; returns the function that removes it. */
export const registerMember = (client: EventStoreClient, member: Member): (() => void) => {
  const members = registry.get(client) ?? new Set<Member>();
  registry.set(client, members.add(member));
  return () => void members.delete(member);
};

const RANK = ['live', 'standby', 'connecting', 'waiting', 'stopped'] as const;

const worst = (states: readonly SubscriptionStatus['state'][]): SubscriptionStatus['state'] =>
  RANK[Math.max(...states.map((state) => RANK.indexOf(state)))] ?? 'stopped';

/** `members` subscribe as one group, to one source or several. */
export const operableGroup = (
  client: EventStoreClient,
  group: string,
  members: readonly Pick<Member, 'source' | 'status' | 'handle'>[],
): Omit<OperableGroup, 'pause' | 'resume'> => {
  const deadLetters = deadLettersOf(client, group, members);
  const state = (): SubscriptionStatus['state'] => worst(members.map(({ status }) => status().state));

  /** The figures of each source that has a group; the store knows none before the first subscription. */
  const fetchFigures = async () => {
    const figures = members.map(async ({ source, status }) => {
      const info = await groupInfo(client, group, source);
      if (info === undefined) return undefined;
      const lag = await measureLag(client, source, info, status());
      return { info, lag, lagSeconds: await measureLagSeconds(client, source, info, status()) };
    });
    return (await Promise.all(figures)).filter((figure) => figure !== undefined);
  };
  /** The store counts those that were replayed or discarded as well, until it may forget them. */
  const countParked = async (figures: readonly { readonly info: GroupInfo }[]): Promise<number> => {
    const storedCount = figures.reduce((sum, { info }) => sum + info.parked, 0);
    if (storedCount === 0) return 0;
    const { open, hidden } = await deadLetters.count();
    return Math.max(open, storedCount - hidden);
  };

  return {
    name: group,
    state,
    status: async () => {
      const figures = await fetchFigures();
      const { isBehind, events, seconds } = addLags(figures.map(({ lag }) => lag));
      const ages = figures.flatMap(({ lagSeconds }) => lagSeconds ?? []);
      const current = state();
      const lastError = members.map(({ status }) => status().lastError).find((error) => error !== undefined);
      return {
        name: group,
        group,
        state: current === 'live' && isBehind ? 'behind' : current,
        lag: events,
        ...(seconds === undefined ? {} : { secondsBehind: seconds }),
        ...(ages.length === 0 ? {} : { lagSeconds: Math.max(...ages) }),
        parked: await countParked(figures),
        ...(lastError === undefined ? {} : { lastError }),
      };
    },
    deadLetters,
  };
};

/** All groups that this process subscribes to through `client`, by name. */
export const groupsOn = (client: EventStoreClient): readonly OperableGroup[] =>
  [...Map.groupBy(registry.get(client) ?? [], ({ group }) => group)]
    .sort(([name], [other]) => (name < other ? -1 : 1))
    .map(([group, members]) => ({
      ...operableGroup(client, group, members),
      pause: async () => {
        await Promise.all(members.map((member) => member.pause()));
      },
      resume: () => {
        for (const member of members) member.resume();
      },
    }));
