import { Router } from 'express';
import { userOf } from '@lego-moc/http/caller';
import { causeOf } from '@lego-moc/http/cause';
import { noContent, ok, problem } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { isRejection } from '@lego-moc/kernel/decider';
import type { KindMemory } from '../../application/ports/kind-memory.ts';
import { fileKindsContract, forgetKindContract } from './file-kind-contracts.ts';

/** Routes for what a user decided about kinds of files; nobody sees the decisions of another one. */
export const fileKindRoutes = (kinds: Pick<KindMemory, 'list' | 'forgetKind'>): Router =>
  Router().use(
    route(fileKindsContract, async ({ request }) => {
      const decisions = await kinds.list(userOf(request).id);
      return ok({ kinds: [...decisions].map(([kind, decision]) => ({ kind, ...decision })) });
    }),

    route(forgetKindContract, async ({ params: { kind }, request }) => {
      const outcome = await kinds.forgetKind(userOf(request).id, kind, causeOf(request));
      return isRejection(outcome) ? problem(404, outcome.rejected, outcome.because) : noContent();
    }),
  );
