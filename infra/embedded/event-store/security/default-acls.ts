import type { StreamAcl } from '../storage/event-log.ts';
import { parseAclObject } from '../storage/stream-metadata.ts';

/** Access to streams whose own list says nothing about an action: streams without `$`, and system streams. */
export type DefaultAcls = { readonly user: StreamAcl; readonly system: StreamAcl };

export const SETTINGS_STREAM = '$settings';
/** The event type of `$settings` that replaces the defaults. */
export const UPDATE_DEFAULT_ACL = 'update-default-acl';

const only = (role: string): StreamAcl => ({
  read: [role],
  write: [role],
  delete: [role],
  metaRead: [role],
  metaWrite: [role],
});

/** EventStoreDB's own: streams without `$` are open to every user, system streams to administrators. */
export const BUILT_IN_ACLS: DefaultAcls = { user: only('$all'), system: only('$admins') };

/** The defaults that an `update-default-acl` event sets; what it leaves out, or malformed, stays as built in. */
export const parseDefaultAcls = (data: Uint8Array): DefaultAcls => {
  const parseAcls = parseAclObject(data);
  return {
    user: { ...BUILT_IN_ACLS.user, ...parseAcls('$userStreamAcl') },
    system: { ...BUILT_IN_ACLS.system, ...parseAcls('$systemStreamAcl') },
  };
};
