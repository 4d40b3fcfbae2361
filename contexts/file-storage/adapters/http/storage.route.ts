import { Router } from 'express';
import { requireRole, requireUser } from '@lego-moc/auth-middleware/authenticate';
import { userOf } from '@lego-moc/http/caller';
import { causeOf } from '@lego-moc/http/cause';
import { ok } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import type { UserId } from '@lego-moc/kernel/message';
import type { Quotas } from '../../application/quotas.ts';
import type { StorageAccounts } from '../../application/storage-accounts.ts';
import type { StorageUsage } from '../../contracts/http-api.ts';
import type { StorageAccount } from '../../domain/storage-account.ts';
import {
  quotasContract,
  setRoleQuotaContract,
  setUserQuotaContract,
  usageContract,
  userQuotaContract,
} from './routes.ts';

const usageOf = (
  { quotaBytes, usedBytes, reservedBytes, fileCount: files, fileBytes }: StorageAccount,
  limitOfRoles: number,
): StorageUsage => {
  const limit = quotaBytes ?? limitOfRoles;
  const wouldFit = Math.max(0, limit - usedBytes - reservedBytes);
  return { used: usedBytes, reserved: reservedBytes, limit, wouldFit, files, shared: fileBytes - usedBytes };
};

/** The storage usage of a user, for the user and for operators, who set the quotas. */
export const storageRoutes = (accounts: StorageAccounts, quotas: Quotas): Router => {
  const quotaList = async () => ok({ default: await quotas.limitOf([]), roles: await quotas.ofRoles() });
  const userQuota = async (userId: UserId) => {
    const account = await accounts.load(userId);
    return ok({ ...usageOf(account, await quotas.limitOf([])), quota: account.quotaBytes });
  };

  return Router().use(
    Router().use('/v1/storage', requireUser).use('/ops/quotas', requireRole('operator')),
    route(usageContract, async ({ request }) => {
      const { id, roles } = userOf(request);
      return ok(usageOf(await accounts.load(id), await quotas.limitOf(roles)), {
        headers: { 'cache-control': 'no-store' },
      });
    }),
    route(quotasContract, quotaList),
    route(setRoleQuotaContract, async ({ params, body, request }) => {
      await quotas.setForRole(params.role, body.bytes, causeOf(request));
      return quotaList();
    }),
    route(userQuotaContract, ({ params }) => userQuota(params.userId as UserId)),
    route(setUserQuotaContract, async ({ params, body, request }) => {
      await accounts.setQuota(params.userId as UserId, body.bytes, causeOf(request));
      return userQuota(params.userId as UserId);
    }),
  );
};
