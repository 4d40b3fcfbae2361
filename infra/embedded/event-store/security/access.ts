import type { StreamAcl } from '../storage/event-log.ts';
import { isMetastream } from '../storage/stream-metadata.ts';
import type { DefaultAcls } from './default-acls.ts';

export type User = { readonly name: string; readonly groups: readonly string[] };

export type Action = 'read' | 'write' | 'delete';

/** Access lists as they are at the moment of a call. */
export type AccessLists = {
  /** Undefined where the metadata of the stream has none. */
  readonly aclOf: (stream: string) => StreamAcl | undefined;
  readonly defaults: () => DefaultAcls;
};

const ADMINS = '$admins';
const OPERATORS = '$ops';
const ALL_USERS = '$all';
const WHOLE_LOG = '$all';

export const isAdmin = (user: User | undefined): boolean => user?.groups.includes(ADMINS) === true;

/** May manage subscription groups, and see statistics. */
export const isOperator = (user: User | undefined): boolean =>
  isAdmin(user) || user?.groups.includes(OPERATORS) === true;

/** Nobody, administrators included, appends to the whole log, deletes it or ends it by a tombstone. */
export const isReadOnly = (action: Action, stream: string): boolean => stream === WHOLE_LOG && action !== 'read';

export const mayAccess = (
  user: User | undefined,
  action: Action,
  stream: string,
  { aclOf, defaults }: AccessLists,
): boolean => {
  if (isReadOnly(action, stream)) return false;
  if (isAdmin(user)) return true;
  // Since 23.10, `$all` in an access list means every user: without credentials nothing is granted.
  if (user === undefined) return false;
  const isMetadata = isMetastream(stream);
  const subject = isMetadata ? stream.slice(2) : stream;
  const right = rightFor(action, isMetadata);
  const { user: userAcl, system } = defaults();
  const roles = aclOf(subject)?.[right] ?? (subject.startsWith('$') ? system : userAcl)[right] ?? [];
  return roles.some((role) => role === ALL_USERS || role === user.name || user.groups.includes(role));
};

const rightFor = (action: Action, isMetadata: boolean): keyof StreamAcl => {
  switch (action) {
    case 'read':
      return isMetadata ? 'metaRead' : 'read';
    case 'write':
      return isMetadata ? 'metaWrite' : 'write';
    case 'delete':
      return 'delete';
  }
};
