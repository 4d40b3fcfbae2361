import { z } from 'zod';
import { newId } from '@lego-moc/kernel/ids';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { ServiceClient } from '@lego-moc/resilience/http-client';
import type { IdentityDirectory } from '../../application/ports/identity-directory.ts';
import { userId } from '../../contracts/http-api.ts';

const PAGE_SIZE = 200;

/** `GET /v1/users?limit=&cursor=` of the Auth Service. */
const page = z.object({
  users: z.array(
    z.object({
      userId: userId.transform((id) => id as UserId),
      email: z.email().nullable(),
      displayName: z.string().trim().min(1).max(80).optional(),
      deleted: z.boolean().default(false),
      updatedAt: z.iso.datetime({ offset: true }).transform((at) => new Date(at).toISOString() as Instant),
    }),
  ),
  nextCursor: z.string().nullable(),
});

/** The Auth Service did not answer with a page of users. */
export class DirectoryUnreadable extends Error {
  constructor(reason: string) {
    super(`The Auth Service's list of users cannot be read: ${reason}`);
    this.name = 'DirectoryUnreadable';
  }
}

/** The Auth Service's users over HTTP. Throws `DirectoryUnreadable` and `ServiceUnavailable`. */
export const httpIdentityDirectory = (
  service: Pick<ServiceClient, 'call'>,
  token: string | undefined,
): IdentityDirectory => {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const correlationId = newId();

  const read = async (cursor: string | undefined): Promise<z.output<typeof page>> => {
    const query = new URLSearchParams({ limit: String(PAGE_SIZE), ...(cursor === undefined ? {} : { cursor }) });
    const { status, body } = await service.call({
      method: 'GET',
      path: `/v1/users?${query.toString()}`,
      headers,
      context: { correlationId },
    });
    if (status !== 200) throw new DirectoryUnreadable(`status ${String(status)}`);
    const parsed = page.safeParse(body);
    if (parsed.success) return parsed.data;
    // Where it is wrong, not what is there: those are people's data.
    const [issue] = parsed.error.issues;
    throw new DirectoryUnreadable(`${issue?.path.join('/') ?? ''}: ${issue?.code ?? ''}`);
  };

  return {
    pages: async function* () {
      const seen = new Set<string>();
      let cursor: string | undefined;
      do {
        const { users, nextCursor } = await read(cursor);
        yield users.map(({ updatedAt: asOf, ...user }) => ({ ...user, asOf }));
        cursor = nextCursor ?? undefined;
        if (cursor !== undefined && seen.has(cursor)) throw new DirectoryUnreadable('its pages go round in circles');
        if (cursor !== undefined) seen.add(cursor);
      } while (cursor !== undefined);
    },
  };
};
