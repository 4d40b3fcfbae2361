import { setTimeout as sleep } from 'node:timers/promises';

/** Silent for longer, a gateway counts as gone. */
const GONE_AFTER_MS = 5_000;
const LOOK_EVERY_MS = 20;

type Client = { readonly drained: Readonly<Record<string, number>>; readonly seenAt: number };

/** The gateways that ask for the routing, and the versions under which their writes in flight began. */
export const routingClients = (nowMs: () => number) => {
  const clients = new Map<string, Client>();
  const present = (): readonly Client[] => {
    for (const [instance, { seenAt }] of clients) if (nowMs() - seenAt > GONE_AFTER_MS) clients.delete(instance);
    return [...clients.values()];
  };
  return {
    note: (instance: string, drainedVersions: Readonly<Record<string, number>>): void => {
      clients.set(instance, { drained: drainedVersions, seenAt: nowMs() });
    },
    /** Resolves with true once no gateway has a write in flight from before `version`; with false after `ms`. */
    untilDrained: async (capability: string, version: number, ms: number): Promise<boolean> => {
      const until = nowMs() + ms;
      for (;;) {
        if (present().every(({ drained }) => (drained[capability] ?? 0) >= version)) return true;
        if (nowMs() >= until) return false;
        await sleep(LOOK_EVERY_MS);
      }
    },
  };
};
