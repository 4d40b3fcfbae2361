import type { Decider } from '@lego-moc/kernel/decider';
import type { Message, UserId } from '@lego-moc/kernel/message';
import { without } from './shards.ts';

/** An operator set the quota of everybody with this role; without `bytes` it has none of its own any more. */
export type RoleQuotaSet = Message<'RoleQuotaSet', { role: string; bytes: number | null; setBy: UserId }>;

export type SetRoleQuota = Message<'SetRoleQuota', RoleQuotaSet['data']>;

/** In bytes, by role. */
export type RoleQuotas = { readonly [role: string]: number };

/** The largest quota among those of the roles; `defaultBytes` for who has no such role. */
export const limitOfRoles = (quotas: RoleQuotas, roles: readonly string[], defaultBytes: number): number => {
  const own = roles.flatMap((role) => (Object.hasOwn(quotas, role) ? [quotas[role] ?? 0] : []));
  return own.length === 0 ? defaultBytes : Math.max(...own);
};

const evolve = (quotas: RoleQuotas, { data: { role, bytes } }: RoleQuotaSet): RoleQuotas => {
  const others = without(quotas, role);
  return bytes === null ? others : { ...others, [role]: bytes };
};

export const roleQuotasDecider: Decider<SetRoleQuota, RoleQuotas, RoleQuotaSet, never> = {
  initial: {},
  decide: ({ data }, quotas) => {
    const former = Object.hasOwn(quotas, data.role) ? quotas[data.role] : null;
    return former === data.bytes ? [] : [{ type: 'RoleQuotaSet', data }];
  },
  evolve,
};
