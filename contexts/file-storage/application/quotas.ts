import type { Cause, EventStreams } from '@lego-moc/application/event-streams';
import { foldedStates } from '@lego-moc/application/folded-states';
import type { UserId } from '@lego-moc/kernel/message';
import { limitOfRoles, roleQuotasDecider, type RoleQuotas, type RoleQuotaSet } from '../domain/role-quotas.ts';

/** There is one list of quotas for the whole installation. */
const ALL_ROLES = 'all';

/** How much who has which role may store, unless an operator has set a quota for the user. */
export interface Quotas {
  limitOf(roles: readonly string[]): Promise<number>;
  ofRoles(): Promise<RoleQuotas>;
  /** Without `bytes` the role has no quota of its own any more. */
  setForRole(role: string, bytes: number | null, cause: Cause): Promise<void>;
}

/** `defaultBytes`: the quota of who has no role with one. */
export const quotas = (streams: EventStreams<RoleQuotaSet>, defaultBytes: number): Quotas => {
  const { handle, latest } = foldedStates(roleQuotasDecider, streams);
  const ofRoles = async (): Promise<RoleQuotas> => (await latest(ALL_ROLES)).state;
  return {
    ofRoles,
    limitOf: async (roles) => limitOfRoles(await ofRoles(), roles, defaultBytes),
    setForRole: async (role, bytes, cause) => {
      const data = { role, bytes, setBy: cause.actor as UserId };
      await handle(ALL_ROLES, { type: 'SetRoleQuota', data }, cause);
    },
  };
};
