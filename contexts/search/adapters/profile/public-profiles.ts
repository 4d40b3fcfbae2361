import { newId } from '@lego-moc/application/new-id';
import { IDS_MAX, publicReply, type PublicProfile } from '@lego-moc/profile/contracts/http-api';
import { profilePayload } from '@lego-moc/profile/contracts/integration-events';
import type { ServiceClient } from '@lego-moc/resilience/http-client';

type ReadProfiles = (userIds: readonly string[]) => Promise<readonly PublicProfile[]>;

/** Reads public profiles from the profile service; those without one are left out. */
export const readPublicProfiles =
  (service: Pick<ServiceClient, 'call'>): ReadProfiles =>
  async (userIds) => {
    const path = `/v1/users/public?ids=${userIds.map(encodeURIComponent).join(',')}`;
    const { status, body } = await service.call({
      ...{ method: 'GET', path, idempotent: true, context: { correlationId: newId() } },
    });
    if (status !== 200) throw new Error(`profile answered GET /v1/users/public with ${String(status)}`);
    return publicReply.parse(body).users;
  };

const userIdIn = (payload: unknown): string | undefined => {
  const { data } = profilePayload.safeParse(payload);
  return data?.status === 'active' ? data.userId : undefined;
};

/** Adds to events of profiles, which hold nothing personal, the public profiles as they are now. */
export const addPublicProfiles =
  (read: ReadProfiles) =>
  async (payloads: readonly unknown[]): Promise<readonly unknown[]> => {
    const userIds = [...new Set(payloads.flatMap((payload) => userIdIn(payload) ?? []))];
    const profiles = new Map<string, PublicProfile>();
    for (let start = 0; start < userIds.length; start += IDS_MAX)
      for (const profile of await read(userIds.slice(start, start + IDS_MAX))) profiles.set(profile.userId, profile);
    return payloads.map((payload) => ({
      ...(payload as object),
      profile: profiles.get(userIdIn(payload) ?? '') ?? null,
    }));
  };
