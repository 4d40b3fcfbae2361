import { z } from 'zod';
import { isStorableText } from '@lego-moc/http/storable-text';
import { newId } from '@lego-moc/application/new-id';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { ServiceClient } from '@lego-moc/resilience/http-client';
import type { DirectoryPage, IdentityDirectory } from '../../application/ports/identity-directory.ts';
import { displayName, email, instant, userId } from '../../contracts/http-api.ts';

const PAGE_SIZE = 200;

/** `GET /v1/users?limit=&cursor=` of the Auth Service. */
const page = z.object({ users: z.array(z.unknown()), nextCursor: z.string().nullable() });

const identity = {
  userId: userId.transform((id) => id as UserId),
  updatedAt: instant.transform((at) => at as Instant),
};

/**
 * Validated like webhooks. A name that the platform does not allow is left out: the record is valid without it, too.
 */
const existingUser = z.object({
  ...identity,
  email,
  displayName: displayName.refine(isStorableText).optional().catch(undefined),
  deleted: z.literal(false).default(false),
});
/** The other fields of a deleted user do not matter. */
const deletedUser = z.object({ ...identity, deleted: z.literal(true) });

const isGone = z.object({ deleted: z.literal(true) });
const naming = z.object({ userId: identity.userId });

/** One malformed record must not stop the processing of all others. */
const pageOf = (records: readonly unknown[]): DirectoryPage => {
  const users = [];
  const unreadable = [];
  for (const record of records) {
    const read = (isGone.safeParse(record).success ? deletedUser : existingUser).safeParse(record);
    if (read.success) {
      const { updatedAt: asOf, ...user } = read.data;
      users.push({ email: null, ...user, asOf });
    } else {
      // Logs the path of the error, not the value: those are people's data.
      const field = read.error.issues[0]?.path.join('/') || 'record';
      unreadable.push({ userId: naming.safeParse(record).data?.userId, field });
    }
  }
  return { users, unreadable };
};

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
    const result = page.safeParse(body);
    if (result.success) return result.data;
    // Logs the path of the error, not the value: those are people's data.
    const [issue] = result.error.issues;
    throw new DirectoryUnreadable(`${issue?.path.join('/') ?? ''}: ${issue?.code ?? ''}`);
  };

  return {
    pages: async function* () {
      const cursors = new Set<string>();
      let cursor: string | undefined;
      do {
        const { users, nextCursor } = await read(cursor);
        yield pageOf(users);
        cursor = nextCursor ?? undefined;
        if (cursor !== undefined && cursors.has(cursor)) throw new DirectoryUnreadable('its pages go round in circles');
        if (cursor !== undefined) cursors.add(cursor);
      } while (cursor !== undefined);
    },
  };
};
