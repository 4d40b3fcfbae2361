import { isMetastream } from '../storage/stream-metadata.ts';
import type { StreamAcl } from '../storage/stream-metadata.ts';

export type User = { readonly name: string; readonly groups: readonly string[] };

export type Action = 'read' | 'write' | 'delete';

const ADMINS = '$admins';
const OPERATORS = '$ops';
const EVERYONE = '$all';

/** EventStoreDB's defaults: user streams are open to all its users, system streams to administrators. */
const defaultRoles = (stream: string): readonly string[] => (stream.startsWith('$') ? [ADMINS] : [EVERYONE]);

export const isOperator = (user: User | undefined): boolean =>
  user !== undefined && (user.groups.includes(ADMINS) || user.groups.includes(OPERATORS));

/** Reading the whole log shows every stream at once, whatever their own lists say. */
export const mayReadAll = isOperator;

/** `aclOf` gives the access list of a stream, undefined where its metadata has none. */
export const mayAccess = (
  user: User | undefined,
  action: Action,
  stream: string,
  aclOf: (stream: string) => StreamAcl | undefined,
): boolean => {
  if (user?.groups.includes(ADMINS) === true) return true;
  // Since 23.10, `$all` in an access list means everyone known: those who do not say who they are get nothing.
  if (user === undefined) return false;
  const subject = isMetastream(stream) ? stream.slice(2) : stream;
  const roles = rolesFor(action, isMetastream(stream), aclOf(subject)) ?? defaultRoles(subject);
  return roles.some((role) => role === EVERYONE || role === user.name || user.groups.includes(role));
};

const rolesFor = (action: Action, ofMetadata: boolean, acl: StreamAcl | undefined): readonly string[] | undefined => {
  switch (action) {
    case 'read':
      return ofMetadata ? acl?.metaRead : acl?.read;
    case 'write':
      return ofMetadata ? acl?.metaWrite : acl?.write;
    case 'delete':
      return acl?.delete;
  }
};
