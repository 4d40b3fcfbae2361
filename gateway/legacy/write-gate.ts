import { refuse } from '@lego-moc/http/problem';
import type { Capability } from '@lego-moc/migration/contracts/capabilities';
import { writesInFlight } from './writes-in-flight.ts';
import { isHeld, sideOf, type Routing, type Side } from '@lego-moc/migration/contracts/routing';

/** As long as a transition may take; then the client is asked to come back. */
const HOLD_MAX_MS = 2_000;
const HELD_MAX = 1_000;

/**
 * The platform takes no writes under a routing that is older. A gateway that the migration has not heard of for longer
 * than this and an answer's timeout counts as gone there, and users move without it.
 */
const LEASE_MS = 3_000;

export type Write = {
  readonly side: Side;
  readonly routing: Routing;
  /** `isOver` unless the upstream may be at work on the request still. */
  readonly end: (isOver: boolean) => void;
};

export type WriteGate = ReturnType<typeof writeGate>;

type WriteGateOptions = {
  /** How long an upstream may be at work on a request that nobody waits for any more. */
  readonly answerTimeoutMs: number;
  readonly nowMs?: () => number;
  readonly onHeld?: (capability: Capability, outcome: 'released' | 'refused') => void;
};

const refuseWrite = (): never =>
  refuse(503, 'writes-held', 'Writes wait for a migration that takes longer than usual. Try again shortly.', {
    headers: { 'retry-after': '1' },
  });

/** Without migration the monolith has everything. */
const offOf = (capability: Capability): Routing => ({
  ...{ capability, version: 0, state: 'off', percent: 0, allow: [], deny: [], nextPercent: null },
});

/** A moment that can be waited for, again and again. */
const moment = () => {
  let next = Promise.withResolvers<undefined>();
  return {
    signal: (): void => {
      next.resolve(undefined);
      next = Promise.withResolvers();
    },
    wait: (ms: number): Promise<undefined> => {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      const timer = setTimeout(() => resolve(undefined), ms);
      const { promise: signal } = next;
      void signal.then(() => {
        clearTimeout(timer);
        resolve(undefined);
      });
      return promise;
    },
  };
};

/** The sides of users as the migration states them, and how old that is. */
const routingState = (nowMs: () => number) => {
  let routings: ReadonlyMap<Capability, Routing> | undefined;
  let askedAtMs = -Infinity;
  const change = moment();
  return {
    /** What the migration says, asked at `atMs`. */
    apply: (next: readonly Routing[], atMs: number): void => {
      routings = new Map(next.map((routing) => [routing.capability, routing]));
      askedAtMs = atMs;
      change.signal();
    },
    all: (): readonly Routing[] => [...(routings?.values() ?? [])],
    isLeased: (): boolean => nowMs() - askedAtMs < LEASE_MS,
    /** `undefined` until the migration has answered. */
    routingOf: (capability: Capability): Routing | undefined =>
      routings === undefined ? undefined : (routings.get(capability) ?? offOf(capability)),
    /** Whether all that was written before `atMs` has been carried to the other side. */
    isFollowed: (capability: Capability, atMs: number): boolean => {
      const followedMs = routings?.get(capability)?.followedMs;
      return followedMs !== undefined && askedAtMs - followedMs > atMs;
    },
    /** Resolves with what `read` finds, at the latest after the time that writes may be held. */
    waitFor: async <Result>(read: () => Result | undefined): Promise<Result | undefined> => {
      const untilMs = nowMs() + HOLD_MAX_MS;
      for (;;) {
        const result = read();
        const remainingMs = untilMs - nowMs();
        if (result !== undefined || remainingMs <= 0) return result;
        await change.wait(remainingMs);
      }
    },
  };
};

/** The sides of users, and the writes on their way: none passes while its user changes sides. */
export const writeGate = ({ answerTimeoutMs, nowMs = () => performance.now(), onHeld }: WriteGateOptions) => {
  const { apply, all, isLeased, isFollowed, routingOf, waitFor } = routingState(nowMs);
  const inFlight = writesInFlight();
  let waiting = 0;

  /** The routing under which a write may pass now. */
  const passableRouting = (capability: Capability, userId: string): Routing | undefined => {
    const routing = routingOf(capability);
    if (routing === undefined || isHeld(routing, userId)) return undefined;
    // The monolith's own guard refuses writes that are not its own; only the platform's need the lease.
    const mayPass = isLeased() || routing.state === 'complete' || sideOf(routing, userId) === 'legacy';
    return mayPass ? routing : undefined;
  };

  const holdWrite = async (capability: Capability, userId: string): Promise<Routing> => {
    if (waiting >= HELD_MAX) return refuseWrite();
    waiting += 1;
    const routing = await waitFor(() => passableRouting(capability, userId));
    waiting -= 1;
    onHeld?.(capability, routing === undefined ? 'refused' : 'released');
    return routing ?? refuseWrite();
  };

  return {
    apply,
    isFollowed,

    /** The side that a user reads from, and the routing that says so. */
    readSide: async (capability: Capability, userId: string): Promise<{ side: Side; routing: Routing }> => {
      const routing = routingOf(capability) ?? (await waitFor(() => routingOf(capability))) ?? refuseWrite();
      return { side: sideOf(routing, userId), routing };
    },

    /** Lets a write pass to its side; waits while the user changes sides. Refuses with 503 after two seconds. */
    beginWrite: async (capability: Capability, userId: string): Promise<Write> => {
      const routing = passableRouting(capability, userId) ?? (await holdWrite(capability, userId));
      const begunAtMs = nowMs();
      const release = inFlight.begin(capability, routing.version);
      return {
        ...{ side: sideOf(routing, userId), routing },
        end: (isOver) => {
          const remainingMs = isOver ? 0 : begunAtMs + answerTimeoutMs - nowMs();
          if (remainingMs <= 0) release();
          else setTimeout(release, remainingMs).unref();
        },
      };
    },

    /** By capability: the version that all writes in flight began under, or a later one. */
    drained: (): Readonly<Record<string, number>> =>
      Object.fromEntries(
        all().map(({ capability, version }) => [capability, Math.min(version, inFlight.oldestVersion(capability))]),
      ),
  };
};
