import type { Request } from 'express';
import { userOf } from '@lego-moc/http/caller';
import type { Holdings } from '../../application/change-stock.ts';
import type { OpenHolding } from '../../domain/stock/open-holding.ts';
import { etagOf } from './owned-item.ts';

/** The caller's place as its stream has it at this moment; `undefined` for one that has had no pieces, or someone else's. */
export const ownedHolding =
  (holdings: Pick<Holdings, 'latest'>) =>
  async (
    request: Request,
    holdingId: string,
  ): Promise<{ readonly holding: OpenHolding; readonly etag: bigint | undefined } | undefined> => {
    const { state, revision } = await holdings.latest(holdingId);
    if (state.status !== 'open' || state.owner !== userOf(request).id) return undefined;
    return { holding: state, etag: etagOf(revision) };
  };
