import { randomUUID } from 'node:crypto';
import { USER_CREATED_TYPE, userStream } from '../security/users.ts';
import type { EventLog, ProposedEvent } from '../storage/event-log.ts';

const USERS = [
  { loginName: 'admin', fullName: 'Event Store Administrator', groups: ['$admins'] },
  { loginName: 'ops', fullName: 'Event Store Operations', groups: ['$ops'] },
] as const;

/** Writes to an empty log what a new EventStoreDB has there: `$all` is never empty. Passwords are not kept in it. */
export const writeSystemEvents = async (log: EventLog): Promise<void> => {
  if (log.lastPosition() > 0n) return;
  for (const user of USERS) {
    await log.append(userStream(user.loginName), 'no-stream', [
      systemEvent(USER_CREATED_TYPE, { ...user, disabled: false }),
    ]);
  }
  await log.append(
    '$users',
    'no-stream',
    USERS.map(({ loginName }) => systemEvent('$User', loginName)),
  );
};

const systemEvent = (type: string, data: unknown): ProposedEvent => ({
  id: randomUUID(),
  type,
  contentType: 'application/json',
  data: Buffer.from(JSON.stringify(data), 'utf8'),
  metadata: new Uint8Array(),
});
