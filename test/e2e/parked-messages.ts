import { z } from 'zod';
import type { TestPlatform } from './platform.ts';

const groups = z.object({ subscriptions: z.array(z.object({ name: z.string(), parked: z.int() })) });

/** How many messages the groups of a service have parked. */
export const parkedMessages = async (platform: TestPlatform, service: string): Promise<number> => {
  const reply = await fetch(`${platform.url}/ops/${service}/subscriptions`, {
    headers: { authorization: `Bearer ${await platform.token('olga', ['operator'])}` },
  });
  const { subscriptions } = groups.parse(await reply.json());
  return subscriptions.reduce((sum, { parked }) => sum + parked, 0);
};
