import { setTimeout as sleep } from 'node:timers/promises';
import type { KnownGateways } from './ports/known-gateways.ts';

/**
 * Silent for longer, a gateway counts as gone. It lets no write pass to the platform after three seconds without an
 * answer of ours, and the last of them takes five more at most.
 */
const GONE_AFTER_MS = 10_000;
const LOOK_EVERY_MS = 10;
/** More often than those that `KnownGateways` forgets. */
const REMEMBER_EVERY_MS = 60_000;

type DrainedVersions = Readonly<Record<string, number>>;
type Client = { readonly drained: DrainedVersions; readonly seenAt: number; readonly rememberedAt: number };

/** The gateways that ask for the routing, and the versions under which their writes in flight began. */
export const routingClients = (gateways: KnownGateways, nowMs: () => number) => {
  const clients = new Map<string, Client>();
  let loading: Promise<void> | undefined;

  /** Those that an earlier process heard of count as having writes in flight, until they ask or are gone. */
  const load = async (): Promise<void> => {
    const seenAt = nowMs();
    for (const instance of await gateways.load())
      if (!clients.has(instance)) clients.set(instance, { drained: {}, seenAt, rememberedAt: -Infinity });
  };
  const untilLoaded = (): Promise<void> =>
    (loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    }));

  const present = (): readonly Client[] => {
    for (const [instance, { seenAt }] of clients) if (nowMs() - seenAt > GONE_AFTER_MS) clients.delete(instance);
    return [...clients.values()];
  };

  return {
    /** Resolves once the gateway is remembered: it is answered only then. */
    note: async (instance: string, drainedVersions: DrainedVersions): Promise<void> => {
      await untilLoaded();
      const former = clients.get(instance)?.rememberedAt ?? -Infinity;
      const isDue = nowMs() - former > REMEMBER_EVERY_MS;
      if (isDue) await gateways.remember(instance);
      clients.set(instance, {
        ...{ drained: drainedVersions, seenAt: nowMs() },
        rememberedAt: isDue ? nowMs() : former,
      });
    },

    /** Resolves with true once no gateway has a write in flight from before `version`; with false after `ms`. */
    untilDrained: async (capability: string, version: number, ms: number): Promise<boolean> => {
      await untilLoaded();
      const until = nowMs() + ms;
      for (;;) {
        if (present().every(({ drained }) => (drained[capability] ?? 0) >= version)) return true;
        if (nowMs() >= until) return false;
        await sleep(LOOK_EVERY_MS);
      }
    },
  };
};
